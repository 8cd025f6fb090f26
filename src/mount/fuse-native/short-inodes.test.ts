import { expect, test } from 'vitest';
import { ShortInodes } from './short-inodes.ts';

test('nodes that must be told apart get numbers of their own, the same each time', () => {
  const inodes = new ShortInodes();
  const given = Array.from({ length: 10_000 }, (_, i) => inodes.of(BigInt(i + 5) << 40n, true));
  expect(new Set(given).size).toBe(10_000);
  expect(inodes.of(5n << 40n, true)).toBe(given[0]);
  expect(Math.max(...given)).toBeLessThan(0x8000_0000);
  expect(inodes.of(1n, true)).toBe(1);
});

test('all others share numbers that are none of those, of 32 bits, and never the one of libfuse for unknown', () => {
  const inodes = new ShortInodes();
  for (const inode of [
    2n,
    3n,
    0xffff_ffffn,
    0x7fff_fffen,
    0x7fff_ffffn,
    2n ** 64n - 1n,
    0x7123_4567_0000_0001n,
  ]) {
    const number = inodes.of(inode, false);
    expect(number).toBeGreaterThanOrEqual(0x8000_0000);
    expect(number).toBeLessThan(0xffff_ffff);
    expect(inodes.of(inode, false)).toBe(number);
  }
});
