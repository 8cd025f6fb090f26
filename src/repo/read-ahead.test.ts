import { describe, expect, test } from 'vitest';
import { ReadAhead } from './read-ahead.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

describe('ReadAhead', () => {
  test('grows while the reader goes on, up to a bound', () => {
    const ahead = new ReadAhead();
    const given = Array.from({ length: 6 }, (_, i) => ahead.after(i * 128 * KiB, 128 * KiB));
    expect(given).toEqual([1 * MiB, 2 * MiB, 4 * MiB, 8 * MiB, 12 * MiB, 12 * MiB]);
  });

  test('bears parts that come in another order', () => {
    const ahead = new ReadAhead();
    for (const part of [0, 2, 1, 4, 3, 5])
      expect(ahead.after(part * 128 * KiB, 128 * KiB)).toBeGreaterThan(0);
  });

  test('stops when the reader jumps, and begins again where it goes on', () => {
    const ahead = new ReadAhead();
    ahead.after(0, 4 * KiB);
    expect(ahead.after(500 * MiB, 4 * KiB)).toBe(0);
    expect(ahead.after(100 * MiB, 4 * KiB)).toBe(0);
    expect(ahead.after(100 * MiB + 4 * KiB, 4 * KiB)).toBe(1 * MiB);
  });
});
