import { describe, expect, test } from 'vitest';
import { BlobLayout } from './content.ts';

describe('BlobLayout', () => {
  const layout = new BlobLayout([10, 0, 5, 20]);

  test('sums the sizes of its blobs', () => {
    expect(layout.size).toBe(35);
    expect(layout.sizeOf(3)).toBe(20);
  });

  test.each([
    ['inside one blob', 2, 3, [{ blob: 0, start: 2, end: 5 }]],
    ['up to a border', 5, 5, [{ blob: 0, start: 5, end: 10 }]],
    [
      'over an empty blob',
      9,
      2,
      [
        { blob: 0, start: 9, end: 10 },
        { blob: 2, start: 0, end: 1 },
      ],
    ],
    ['from a border', 10, 5, [{ blob: 2, start: 0, end: 5 }]],
    [
      'over several blobs',
      8,
      20,
      [
        { blob: 0, start: 8, end: 10 },
        { blob: 2, start: 0, end: 5 },
        { blob: 3, start: 0, end: 13 },
      ],
    ],
    ['cut at the end of the file', 30, 100, [{ blob: 3, start: 15, end: 20 }]],
    ['at the end', 35, 1, []],
    ['beyond the end', 1000, 10, []],
    ['of no length', 3, 0, []],
  ])('gives the slices of a range %s', (_, offset, length, slices) => {
    expect(layout.slices(offset, length)).toEqual(slices);
  });

  test('finds the blob of a byte, and the last one beyond the end', () => {
    const offsets = [0, 9, 10, 14, 15, 34, 35, 1000];
    expect(offsets.map((offset) => layout.blobAt(offset))).toEqual([0, 0, 2, 2, 3, 3, 3, 3]);
    expect(new BlobLayout([1, 0, 0]).blobAt(5)).toBe(0);
  });

  test('has no slices without blobs', () => {
    expect(new BlobLayout([]).slices(0, 10)).toEqual([]);
    expect(new BlobLayout([0, 0]).slices(0, 10)).toEqual([]);
  });

  test('is exact beyond 2^32 bytes', () => {
    const large = new BlobLayout(new Array(6000).fill(1_048_576));
    expect(large.slices(5_368_709_120 + 7, 1)).toEqual([{ blob: 5120, start: 7, end: 8 }]);
  });

  test('covers any range exactly once', () => {
    for (let offset = 0; offset < 36; offset++) {
      for (let length = 0; length < 40; length++) {
        const slices = layout.slices(offset, length);
        const bytes = slices.reduce((sum, slice) => sum + slice.end - slice.start, 0);
        expect(bytes).toBe(Math.max(0, Math.min(offset + length, 35) - offset));
      }
    }
  });
});
