import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ANSWER_KEY, ANSWER_PLAINTEXT } from './crypto/known-answer.ts';
import { portableSuites } from './crypto/portable-suite.ts';
import { openUnpacked, sealUnpacked } from './unpacked.ts';

const suite = portableSuites.create(ANSWER_KEY);

function nameOf(sealed: Uint8Array): string {
  return createHash('sha256').update(sealed).digest('hex');
}

describe('openUnpacked', () => {
  test('opens what sealUnpacked sealed', async () => {
    const sealed = sealUnpacked(suite, ANSWER_PLAINTEXT);
    const opened = await openUnpacked(suite, sealed, { kind: 'lock', name: nameOf(sealed) });
    expect(Buffer.compare(opened, ANSWER_PLAINTEXT)).toBe(0);
  });

  test('opens what version 2 of the format compressed', async () => {
    const frame = execFileSync('zstd', ['-q', '-c', '-'], { input: ANSWER_PLAINTEXT });
    const sealed = suite.seal(Buffer.concat([Uint8Array.of(2), frame]));
    const opened = await openUnpacked(suite, sealed, { kind: 'lock', name: nameOf(sealed) });
    expect(Buffer.compare(opened, ANSWER_PLAINTEXT)).toBe(0);
  });

  test('refuses a file under another name, naming it', async () => {
    const name = 'ab'.repeat(32);
    const opening = openUnpacked(suite, sealUnpacked(suite, ANSWER_PLAINTEXT), { kind: 'lock', name });
    await expect(opening).rejects.toMatchObject({
      name: 'RepositoryError',
      code: 'damaged',
      message: `Lock file ${name}: its bytes do not match its name`,
    });
  });
});

describe('sealUnpacked', () => {
  test('refuses what could not be told from an encoding', () => {
    for (const text of ['', '"text"', ' {}', '\u0002']) {
      expect(() => sealUnpacked(suite, Buffer.from(text))).toThrow(/JSON object or list/);
    }
  });
});
