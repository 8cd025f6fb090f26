import { describe, expect, test } from 'vitest';
import { outputCapacity } from './output-capacity.ts';

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** Block header: last, type, size (RFC 8878, 3.1.1.2). */
function block(last: boolean, type: number, size: number): number[] {
  const header = (last ? 1 : 0) | (type << 1) | (size << 3);
  return [header & 0xff, (header >> 8) & 0xff, header >> 16];
}

function bytes(...parts: readonly number[][]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parts.flat());
}

const raw = (size: number, last = true) => [...block(last, 0, size), ...Array<number>(size).fill(7)];
const rle = (size: number, last = true) => [...block(last, 1, size), 7];
const compressed = (size: number, last = true) => [...block(last, 2, size), ...Array<number>(size).fill(7)];

describe('outputCapacity', () => {
  test.each<[string, Uint8Array<ArrayBuffer>, number]>([
    ['nothing at all', bytes(), 0],
    ['a content size of 1 byte', bytes(MAGIC, [0x20, 200], raw(3)), 200],
    ['a content size of 2 bytes, 256 less', bytes(MAGIC, [0x60, 1, 2], raw(3)), 256 + 0x201],
    ['a content size of 4 bytes', bytes(MAGIC, [0xa0, 1, 2, 3, 0x84], raw(0)), 0x84030201],
    ['a content size of 8 bytes', bytes(MAGIC, [0xe0, 5, 0, 0, 0, 1, 0, 0, 0], raw(0)), 2 ** 32 + 5],
    ['a window and a content size', bytes(MAGIC, [0x40, 0x58, 0, 0], raw(0)), 256],
    ['raw blocks', bytes(MAGIC, [0, 0x58], raw(10, false), raw(5)), 15],
    ['a run', bytes(MAGIC, [0, 0x58], rle(100_000)), 100_000],
    ['compressed blocks', bytes(MAGIC, [0, 0x58], compressed(9, false), compressed(1)), 2 * 131_072],
    ['compressed blocks of a small window', bytes(MAGIC, [0, 0x09], compressed(9)), 2048 + 256],
    ['a checksum', bytes(MAGIC, [0x04, 0x58], raw(4), [1, 2, 3, 4]), 4],
    ['a dictionary id', bytes(MAGIC, [0x03, 0x58, 1, 2, 3, 4], raw(4)), 4],
    ['several frames', bytes(MAGIC, [0, 0x58], raw(4), MAGIC, [0x20, 9], raw(9)), 13],
    ['a skippable frame', bytes([0x5a, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9], MAGIC, [0, 0x58], raw(4)), 4],
  ])('counts %s', (_, source, expected) => {
    expect(outputCapacity(source, NO_LIMIT)).toBe(expected);
  });

  test('never exceeds the limit where sizes are only estimated', () => {
    expect(outputCapacity(bytes(MAGIC, [0, 0x58], compressed(9)), 1000)).toBe(1000);
  });

  test('refuses a declared size over the limit', () => {
    const source = bytes(MAGIC, [0xe0, 0, 0, 0, 0, 0, 0, 0, 0x80], raw(0));
    expect(() => outputCapacity(source, 2 ** 31)).toThrow(/holds more than 2147483648 bytes/);
  });

  test('refuses every truncation of a frame', () => {
    const source = bytes(
      MAGIC,
      [0xe7, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0, 0],
      compressed(9, false),
      rle(1),
      [1, 2, 3, 4],
    );
    expect(outputCapacity(source, NO_LIMIT)).toBe(5);
    for (let length = 1; length < source.length; length++) {
      expect(() => outputCapacity(source.subarray(0, length), NO_LIMIT)).toThrow(/cut short/);
    }
  });

  test.each([
    ['text', bytes([...Buffer.from('{"version":2}')])],
    ['a block of the reserved type', bytes(MAGIC, [0, 0x58], block(true, 3, 0))],
  ])('refuses %s', (_, source) => {
    expect(() => outputCapacity(source, NO_LIMIT)).toThrow(/zstd frame|no known type/);
  });
});
