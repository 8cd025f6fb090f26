/** What both ways to hash blobs promise, with messages of all lengths that end a block, in every order. */

import { createHash, hash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { assertAgrees, hasLanes, loadSha256, selectSha256 } from './select.ts';
import { type Sha256, type Sha256Factory, type Sha256Name, singleSha256 } from './sha256.ts';

const DATA = Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * 31) ^ (at >> 7));
const LENGTHS = [0, 1, 55, 56, 63, 64, 65, 127, 128, 1000, 4096, 2 ** 18, 2 ** 18 + 1, 10 ** 6, 2_999_000];

function message(length: number, start = 0): Uint8Array {
  return DATA.subarray(start, start + length);
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The digests in the order of the messages, however they came. */
function digests(sha256: Sha256, messages: readonly Uint8Array[]): (string | undefined)[] {
  const found: string[] = [];
  for (const [n, each] of messages.entries()) {
    sha256.add(each, (digest) => {
      found[n] = digest;
    });
  }
  while (sha256.goOn());
  return found;
}

// The known answers of FIPS 180-4's examples.
const KNOWN = [
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
] as const;

// Loaded without a look at its answers: wrong ones must be seen here, and not lead to the other implementation.
const lanes = (await hasLanes()) ? await loadSha256('lanes').catch(() => undefined) : undefined;
const NAMES: readonly Sha256Name[] = lanes === undefined ? ['single'] : ['single', 'lanes'];

describe.each(NAMES)('Sha256 (%s)', (name) => {
  let factory: Sha256Factory;
  let sha256: Sha256;
  beforeAll(async () => {
    factory = await loadSha256(name);
    sha256 = factory.create();
  });

  test('says which implementation it is', () => {
    expect([factory.implementation, sha256.implementation]).toEqual([name, name]);
  });

  test('gives the known answers', () => {
    const found = digests(
      sha256,
      KNOWN.map(([text]) => new Uint8Array(Buffer.from(text))),
    );
    expect(found).toEqual(KNOWN.map(([, digest]) => digest));
  });

  test.each(LENGTHS)('agrees with node:crypto on %i bytes beside each other length', (length) => {
    for (const other of LENGTHS) {
      const messages = [message(length), message(other, 7)];
      expect(digests(sha256, messages)).toEqual(messages.map(digestOf));
    }
  });

  test('gives each of many its own digest, also those that join while others are under way', () => {
    const messages = Array.from({ length: 40 }, (_, n) => message((n * 7919 * 31) % 900_000, n));
    const found: string[] = [];
    for (const [n, each] of messages.entries()) {
      sha256.add(each, (digest) => {
        found[n] = digest;
      });
      for (let step = 0; step < n % 4; step++) sha256.goOn();
    }
    while (sha256.goOn());
    expect(found).toEqual(messages.map(digestOf));
    expect(sha256.goOn()).toBe(false);
  });

  test('is done with the first before it takes a third', () => {
    const done: number[] = [];
    for (let n = 0; n < 3; n++) sha256.add(message(100_000, n), () => done.push(n));
    expect(done).toContain(0);
    while (sha256.goOn());
    expect(done.toSorted()).toEqual([0, 1, 2]);
  });

  test('is trusted', () => {
    expect(() => assertAgrees(factory)).not.toThrow();
  });
});

describe('selectSha256', () => {
  test('takes two lanes wherever there are any', async () => {
    expect((await selectSha256(true)).implementation).toBe(lanes === undefined ? 'single' : 'lanes');
  });

  test('takes what runs everywhere where no native code is wanted', async () => {
    expect(await selectSha256(false)).toBe(singleSha256);
  });

  test('trusts no implementation that gives another answer', () => {
    const wrong: Sha256Factory = {
      implementation: 'lanes',
      create: () => ({
        implementation: 'lanes',
        // Right but for one length.
        add: (bytes, done) => done(hash('sha256', bytes.length === 700 ? bytes.subarray(1) : bytes, 'hex')),
        goOn: () => false,
      }),
    };
    expect(() => assertAgrees(wrong)).toThrow('wrong answer');
  });
});
