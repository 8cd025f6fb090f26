/** What every zstd implementation of this machine promises, on what the zstd command wrote. */

import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DecodeError } from '../decode/decode-error.ts';
import { loadLibzstd } from './libzstd.ts';
import { loadZstd, selectZstd } from './select.ts';
import { loadWasmZstd } from './wasm-zstd.ts';
import { zlibZstd } from './zlib-zstd.ts';
import type { ZstdFactory } from './zstd.ts';

const available: ZstdFactory[] = [await loadLibzstd(), await loadWasmZstd()];
const fromNode = zlibZstd();
if (fromNode !== undefined) available.push(fromNode);

/** `zstd -` cannot know the size of its input; with `--stream-size` it writes it into the frame. */
function compress(plain: Uint8Array, ...options: string[]): Uint8Array<ArrayBuffer> {
  const out = execFileSync('zstd', ['-q', '-c', ...options, '-'], { input: plain, maxBuffer: 2 ** 28 });
  return new Uint8Array(out);
}

const TEXT = new Uint8Array(
  Buffer.from(Array.from({ length: 40_000 }, (_, n) => `line ${n * n}\n`).join('')),
);
const SAMPLES: readonly [string, Uint8Array, string[]][] = [
  ['text without its size', TEXT, []],
  ['text with its size', TEXT, [`--stream-size=${TEXT.length}`]],
  ['text without a checksum', TEXT, ['--no-check']],
  ['text at a high level', TEXT.subarray(0, 100_000), ['-19']],
  ['random bytes', new Uint8Array(randomBytes(300_001)), []],
  ['a run of zeros', new Uint8Array(3_000_000), []],
  ['one byte', new Uint8Array([42]), []],
  ['nothing', new Uint8Array(0), []],
];

describe.each(available.map((factory) => [factory.implementation, factory] as const))(
  'Zstd (%s)',
  (name, factory) => {
    const zstd = factory.create();

    test('says which implementation it is', () => {
      expect([factory.implementation, zstd.implementation]).toEqual([name, name]);
    });

    test.each(SAMPLES)('decompresses %s into memory of its own', (_, plain, options) => {
      const result = zstd.decompress(compress(plain, ...options), plain.length);
      expect(digest(result)).toBe(digest(plain));
      expect(result.length).toBe(plain.length);
      expect(result.buffer.byteLength).toBe(plain.length);
      expect(digest(zstd.decompress(compress(plain, ...options), 2 ** 30))).toBe(digest(plain));
    });

    test('decompresses a part of a larger buffer', () => {
      const frame = compress(TEXT);
      const whole = new Uint8Array(frame.length + 50).fill(0xaa);
      whole.set(frame, 17);
      expect(digest(zstd.decompress(whole.subarray(17, 17 + frame.length), TEXT.length))).toBe(digest(TEXT));
    });

    test.each(SAMPLES.slice(0, 6))(
      'refuses %s where one byte more than the limit comes out',
      (_, plain, options) => {
        expect(() => zstd.decompress(compress(plain, ...options), plain.length - 1)).toThrow(DecodeError);
      },
    );

    test('refuses a frame that was cut anywhere, and works on afterwards', () => {
      const frame = compress(TEXT);
      for (let length = 1; length < frame.length; length += 997) {
        expect(() => zstd.decompress(frame.slice(0, length), TEXT.length)).toThrow(DecodeError);
      }
      expect(digest(zstd.decompress(frame, TEXT.length))).toBe(digest(TEXT));
    });

    test('never returns wrong bytes for a frame with a checksum, whatever was changed', () => {
      const frame = compress(TEXT.subarray(0, 5000), '--stream-size=5000');
      const expected = digest(TEXT.subarray(0, 5000));
      for (let at = 0; at < frame.length; at++) {
        const changed = frame.slice();
        changed[at]! ^= 1 << (at % 8);
        // The window's size, for one, does not change what comes out.
        expect(['refused', expected]).toContain(attempt(() => zstd.decompress(changed, 5000)));
      }
    });

    test('may be disposed twice', () => {
      const other = factory.create();
      other.dispose();
      other.dispose();
      expect(digest(zstd.decompress(compress(TEXT), TEXT.length))).toBe(digest(TEXT));
    });

    test('refuses bytes of no format', () => {
      for (const length of [1, 3, 4, 5, 100, 10_000]) {
        expect(() => zstd.decompress(new Uint8Array(randomBytes(length)), 2 ** 20)).toThrow(DecodeError);
      }
    });
  },
);

describe('selectZstd', () => {
  test('prefers libzstd, and calls no library where native code is not wanted', async () => {
    expect((await selectZstd(true)).implementation).toBe('libzstd');
    expect((await selectZstd(false)).implementation).toBe(fromNode === undefined ? 'wasm' : 'zlib');
  });

  test('loads on a thread what another one selected', async () => {
    for (const { implementation } of available) {
      expect((await loadZstd(implementation)).implementation).toBe(implementation);
    }
  });
});

function attempt(decompress: () => Uint8Array): string {
  try {
    return digest(decompress());
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
    return 'refused';
  }
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
