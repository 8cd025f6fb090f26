/** What both cipher suites promise, against published answers, against restic's own bytes and against each other. */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DecodeError } from '../decode/decode-error.ts';
import type { CipherSuite, SuiteFactory } from './cipher-suite.ts';
import { ANSWER_KEY, ANSWER_PLAINTEXT, ANSWER_SEALED } from './known-answer.ts';
import { copyMasterKey, wipeMasterKey } from './master-key.ts';
import { loadNativeSuites } from './openssl-suite.ts';
import { portableSuites } from './portable-suite.ts';
import { POLY1305_VECTORS } from './testing/poly1305-vectors.ts';

const native = await loadNativeSuites();
const LENGTHS = [0, 1, 15, 16, 17, 31, 32, 63, 64, 65, 1000, 4096, 2 ** 20 + 3];

describe.each([
  ['native', native, portableSuites],
  ['portable', portableSuites, native],
] as const)('CipherSuite (%s)', (name, suites, others) => {
  test('says which implementation it is', () => {
    expect(suites.implementation).toBe(name);
    expect(using(suites, (suite) => suite.implementation)).toBe(name);
  });

  test.each(POLY1305_VECTORS)('agrees with $source', ({ key, nonce, message, tag }) => {
    const suite = suites.create(key);
    const opened = suite.open(concat(nonce, message, tag));
    const reference = createDecipheriv('aes-256-ctr', key.encrypt, nonce).update(message);
    expect(hex(opened)).toBe(hex(reference));
    const otherTag = tag.slice();
    otherTag[15]! ^= 0x80;
    expect(() => suite.open(concat(nonce, message, otherTag))).toThrow(DecodeError);
    suite.dispose();
  });

  test('opens what restic sealed', () => {
    const plaintext = using(suites, (suite) => suite.open(ANSWER_SEALED.slice()));
    expect(hex(plaintext)).toBe(hex(ANSWER_PLAINTEXT));
  });

  test.each(LENGTHS)('round trips %i bytes, also with the other implementation', (length) => {
    const plaintext = new Uint8Array(randomBytes(length));
    const before = hex(plaintext);
    for (const [sealer, opener] of [
      [suites, suites],
      [suites, others],
      [others, suites],
    ] as const) {
      const sealed = using(sealer, (suite) => suite.seal(plaintext));
      expect(sealed.length).toBe(length + 32);
      const opened = using(opener, (suite) => suite.open(sealed));
      expect(hex(opened) === before).toBe(true);
      expect(opened.buffer).toBe(sealed.buffer);
    }
    expect(hex(plaintext) === before).toBe(true);
  });

  test('opens a part of a larger buffer and leaves the rest alone', () => {
    const sealed = using(suites, (suite) => suite.seal(ANSWER_PLAINTEXT));
    const whole = new Uint8Array(sealed.length + 20).fill(0xaa);
    whole.set(sealed, 7);
    const opened = using(suites, (suite) => suite.open(whole.subarray(7, 7 + sealed.length)));
    expect(hex(opened)).toBe(hex(ANSWER_PLAINTEXT));
    expect([...whole.subarray(0, 7), ...whole.subarray(7 + sealed.length)].every((b) => b === 0xaa)).toBe(
      true,
    );
  });

  test('refuses a change of any byte, and changes nothing then', () => {
    using(suites, (suite) => {
      for (let at = 0; at < ANSWER_SEALED.length; at++) {
        const tampered = ANSWER_SEALED.slice();
        tampered[at]! ^= 1 << (at % 8);
        const before = hex(tampered);
        expect(() => suite.open(tampered)).toThrow(/not authentic/);
        expect(hex(tampered)).toBe(before);
      }
    });
  });

  test('refuses every truncation', () => {
    using(suites, (suite) => {
      for (let length = 0; length < ANSWER_SEALED.length; length++) {
        const expected = length < 32 ? /fewer than its frame/ : /not authentic/;
        expect(() => suite.open(ANSWER_SEALED.slice(0, length))).toThrow(expected);
      }
    });
  });

  test('refuses an all-zero nonce even where the MAC matches', () => {
    const nonce = new Uint8Array(16);
    // r = 0 makes the tag of every message AES(k, nonce).
    const key = { ...ANSWER_KEY, macR: new Uint8Array(16) };
    const tag = createCipheriv('aes-128-ecb', key.macK, null).setAutoPadding(false).update(nonce);
    const suite = suites.create(key);
    expect(() => suite.open(concat(nonce, new Uint8Array(32), tag))).toThrow(/nonce/);
    suite.dispose();
  });

  test('seals with a fresh nonce each time', () => {
    const nonces = using(suites, (suite) =>
      Array.from({ length: 100 }, () => hex(suite.seal(ANSWER_PLAINTEXT).subarray(0, 16))),
    );
    expect(new Set(nonces).size).toBe(100);
  });

  test('keeps working when the key that it was made from is wiped', () => {
    const key = copyMasterKey(ANSWER_KEY);
    const suite = suites.create(key);
    wipeMasterKey(key);
    expect(hex(suite.open(ANSWER_SEALED.slice()))).toBe(hex(ANSWER_PLAINTEXT));
    suite.dispose();
  });

  test('leaves the key alone when it is disposed, also one of Buffers', () => {
    const { encrypt, macK, macR } = ANSWER_KEY;
    const key = { encrypt: Buffer.from(encrypt), macK: Buffer.from(macK), macR: Buffer.from(macR) };
    suites.create(key).dispose();
    expect(copyMasterKey(key)).toEqual(ANSWER_KEY);
    wipeMasterKey(copyMasterKey(key));
    expect(copyMasterKey(key)).toEqual(ANSWER_KEY);
  });

  test('throws after it was disposed, which may be done twice', () => {
    const suite = suites.create(ANSWER_KEY);
    suite.dispose();
    suite.dispose();
    expect(() => suite.open(ANSWER_SEALED.slice())).toThrow('was disposed');
    expect(() => suite.seal(ANSWER_PLAINTEXT)).toThrow('was disposed');
  });

  test('uses one set of contexts for any number of blobs, and one suite does not disturb another', () => {
    const other = suites.create({ ...ANSWER_KEY, macK: new Uint8Array(16).fill(9) });
    using(suites, (suite) => {
      for (let round = 0; round < 50; round++) {
        expect(hex(suite.open(ANSWER_SEALED.slice()))).toBe(hex(ANSWER_PLAINTEXT));
        expect(() => other.open(ANSWER_SEALED.slice())).toThrow(DecodeError);
      }
    });
    other.dispose();
  });
});

function using<Result>(suites: SuiteFactory, use: (suite: CipherSuite) => Result): Result {
  const suite = suites.create(ANSWER_KEY);
  try {
    return use(suite);
  } finally {
    suite.dispose();
  }
}

function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
