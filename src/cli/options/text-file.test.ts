import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { decodeText, readTextFile, trimSpace } from './text-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapmount-text-'));
afterAll(() => rmSync(folder, { recursive: true }));
const never = new AbortController().signal;

describe('decodeText', () => {
  test.each<[what: string, bytes: number[], text: string]>([
    ['UTF-8', [0x70, 0xc3, 0xa4], 'pä'],
    ['UTF-8 with a mark', [0xef, 0xbb, 0xbf, 0x70], 'p'],
    ['UTF-16, little end first', [0xff, 0xfe, 0x70, 0x00, 0xe4, 0x00], 'pä'],
    ['UTF-16, big end first', [0xfe, 0xff, 0x00, 0x70, 0x00, 0xe4], 'pä'],
    ['nothing', [], ''],
  ])('reads %s', (_, bytes, text) => {
    expect(decodeText(Uint8Array.from(bytes), 'File')).toBe(text);
  });

  test('refuses bytes that are no text, rather than asking with a wrong password', () => {
    expect(() => decodeText(Uint8Array.of(0x70, 0xe4), 'Password file "x"')).toThrow(
      'Password file "x" is neither UTF-8',
    );
  });
});

test('trimSpace removes what Go removes, and nothing inside', () => {
  expect(trimSpace('\u0085\u3000 a b\t\r\n')).toBe('a b');
  expect(trimSpace('\ufeffa')).toBe('\ufeffa');
});

describe('readTextFile', () => {
  test('trims the text around the line', async () => {
    writeFileSync(join(folder, 'password'), ' secret word \r\n');
    expect(await readTextFile(join(folder, 'password'), 'Password file', never)).toBe('secret word');
  });

  test('names the file that is missing', async () => {
    const missing = join(folder, 'missing');
    await expect(readTextFile(missing, 'Password file', never)).rejects.toThrow(
      `Password file "${missing}" does not exist`,
    );
  });
});
