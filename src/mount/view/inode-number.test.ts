import { describe, expect, test } from 'vitest';
import { InodeNumbers, ROOT_INODE } from './inode-number.ts';

describe('InodeNumbers', () => {
  test('are the same every time, and the same for ever', () => {
    const ids = new InodeNumbers(ROOT_INODE).ofName(Buffer.from('ids'));
    expect(new InodeNumbers(ROOT_INODE).ofName(Buffer.from('ids'))).toBe(ids);
    // A change of this number changes every inode number of every mount.
    expect(ids).toBe(IDS_INODE);
  });

  test('of a million paths do not collide', () => {
    const seen = new Set<bigint>();
    const root = new InodeNumbers(ROOT_INODE);
    for (let folder = 0; folder < 1000; folder++) {
      const inode = root.ofName(Buffer.from(`folder${folder}`));
      seen.add(inode);
      const numbers = new InodeNumbers(inode);
      for (let file = 0; file < 999; file++) seen.add(numbers.ofName(Buffer.from(`file${file}.txt`)));
    }
    expect(seen.size).toBe(1_000_000);
    expect(seen.has(0n) || seen.has(1n)).toBe(false);
  });

  test('along a chain of one name do not collide', () => {
    const seen = new Set<bigint>();
    let inode = ROOT_INODE;
    for (let depth = 0; depth < 100_000; depth++) {
      inode = new InodeNumbers(inode).ofName(Buffer.from('a'));
      seen.add(inode);
    }
    expect(seen.size).toBe(100_000);
  });

  test('of 64-bit values that differ in their lowest bits only stay apart', () => {
    const numbers = new InodeNumbers(0xfedc_ba98_7654_3210n);
    const seen = new Set<bigint>();
    for (let value = 0n; value < 10_000n; value++) seen.add(numbers.ofValue(0xffff_ffff_ffff_0000n + value));
    expect(seen.size).toBe(10_000);
  });

  test('of one value differ between parents', () => {
    const seen = new Set<bigint>();
    for (let parent = 0n; parent < 10_000n; parent++) seen.add(new InodeNumbers(parent).ofValue(77n));
    expect(seen.size).toBe(10_000);
  });

  test('use all 64 bits', () => {
    let ones = 0n;
    let zeroes = 0n;
    const numbers = new InodeNumbers(ROOT_INODE);
    for (let value = 0n; value < 1000n; value++) {
      ones |= numbers.ofValue(value);
      zeroes |= ~numbers.ofValue(value);
    }
    expect(BigInt.asUintN(64, ones & zeroes)).toBe(0xffff_ffff_ffff_ffffn);
  });
});

const IDS_INODE = 10_897_147_562_053_558_231n;
