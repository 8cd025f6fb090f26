import { describe, expect, test } from 'vitest';
import {
  byteKey,
  cleanPath,
  isPlainName,
  MAX_NAME_BYTES,
  numberedName,
  printableName,
  shownName,
} from './names.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');
const LONG = 'x'.repeat(MAX_NAME_BYTES + 1);

describe('shownName', () => {
  test.each([
    ['plain', 'plain'],
    ['a\xffb', 'a\xffb'],
    ['...', '...'],
    ['.x', '.x'],
    ['', '%'],
    ['.', '%'],
    ['..', '%%'],
    ['/', '%'],
    ['a/b', 'a%b'],
    ['../../etc', '..%..%etc'],
    ['a\0b\0', 'a%b%'],
    ['x'.repeat(MAX_NAME_BYTES), 'x'.repeat(MAX_NAME_BYTES)],
  ])('of %j is %j', (name, shown) => {
    expect(Buffer.from(shownName(latin(name))).toString('latin1')).toBe(shown);
    expect(isPlainName(shownName(latin(name)))).toBe(true);
    expect(isPlainName(latin(name))).toBe(name === shown);
  });

  test('cuts a long name and tells it from others with the same start', () => {
    const shown = Buffer.from(shownName(latin(`${LONG}1`))).toString();
    expect(shown).toMatch(/^x{1015}%[0-9a-f]{8}$/);
    expect(Buffer.from(shownName(latin(`${LONG}2`))).toString()).not.toBe(shown);
  });

  test('cuts between characters', () => {
    const shown = Buffer.from(shownName(Buffer.from('€'.repeat(400))));
    expect(shown.toString()).toMatch(/^€{338}%[0-9a-f]{8}$/);
  });
});

test('numberedName stays within the longest name', () => {
  expect(Buffer.from(numberedName(latin('a'), 2)).toString()).toBe('a%2');
  expect(numberedName(latin('x'.repeat(MAX_NAME_BYTES)), 12)).toHaveLength(MAX_NAME_BYTES);
});

describe('cleanPath', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['/', []],
    ['a/b', ['a', 'b']],
    ['//a///b/', ['a', 'b']],
    ['./a/./b/.', ['a', 'b']],
    ['a/../b', ['b']],
    ['../../a', ['a']],
    ['a/../../b', ['b']],
    ['...', ['...']],
    ['a\0b/\0', ['a%b', '%']],
  ])('of %j is %j', (path, parts) => {
    expect(cleanPath(path)).toEqual(parts);
  });

  test('cuts a part that is too long, counted in bytes', () => {
    const [part] = cleanPath('é'.repeat(600));
    expect(Buffer.byteLength(part ?? '')).toBeLessThanOrEqual(MAX_NAME_BYTES);
    expect(part).toMatch(/^é+%[0-9a-f]{8}$/);
  });
});

test('byteKey tells names apart that decode to the same text', () => {
  expect(byteKey(latin('\xff'))).not.toBe(byteKey(Buffer.from('\ufffd')));
  expect(byteKey(Buffer.from('xaby').subarray(1, 3))).toBe(byteKey(Buffer.from('ab')));
});

test('printableName shows bytes that are no UTF-8', () => {
  expect(printableName(Buffer.from('é'))).toBe('é');
  expect(printableName(latin('a\xff\x80'))).toBe('a\\xff\\x80');
});
