import { describe, expect, test } from 'vitest';
import { blankAttributes } from '../../attributes.ts';
import { EntryKind } from '../../node.ts';
import { deviceNumber, statfsWords, statWords } from './stat-words.ts';

const WORD = 2 ** 32;

function pair(words: Uint32Array, at: number): number {
  return (words[at] ?? 0) + (words[at + 1] ?? 0) * WORD;
}

describe('statWords', () => {
  test('puts everything where fuse-native looks for it', () => {
    const words = statWords(
      {
        ...blankAttributes(),
        kind: EntryKind.File,
        mode: 0o4751,
        links: 3,
        uid: 4_294_967_294,
        gid: 7,
        size: 5 * WORD + 12,
        accessSeconds: 1_700_000_000,
        accessNanoseconds: 999_999_999,
        modifySeconds: 5_000_000_000,
        modifyNanoseconds: 1_500_000,
        changeSeconds: 0,
      },
      0xfffffffe,
      'linux',
    );
    expect([...words.subarray(0, 3)]).toEqual([0o104751, 4_294_967_294, 7]);
    expect(pair(words, 3)).toBe(5 * WORD + 12);
    expect([...words.subarray(5, 10)]).toEqual([0, 3, 0xfffffffe, 0, 4096]);
    expect(pair(words, 10)).toBe(Math.ceil((5 * WORD + 12) / 512));
    expect(pair(words, 12)).toBe(1_700_000_000_999);
    expect(pair(words, 14)).toBe(5_000_000_000_001);
    expect(pair(words, 16)).toBe(0);
  });

  test.each([
    [-1, 0],
    [-1, 999_999_999],
    [-10_000_000_000, 5],
  ])('shows what is before 1970 (%d s, %d ns) as 1970', (modifySeconds, modifyNanoseconds) => {
    const words = statWords({ ...blankAttributes(), modifySeconds, modifyNanoseconds }, 2, 'linux');
    expect(pair(words, 14)).toBe(0);
  });

  test.each([
    [EntryKind.Directory, 0o040000],
    [EntryKind.Symlink, 0o120000],
    [EntryKind.BlockDevice, 0o060000],
    [EntryKind.CharDevice, 0o020000],
    [EntryKind.Fifo, 0o010000],
    [EntryKind.Socket, 0o140000],
  ])('says the kind %s', (kind, bits) => {
    expect(statWords({ ...blankAttributes(), kind, mode: 0o7 }, 2, 'linux')[0]).toBe(bits | 0o7);
  });
});

describe('deviceNumber', () => {
  test.each([
    // makedev(259, 70000) of glibc, and of macOS.
    ['linux', 259, 70_000, 0x1111_0370],
    ['linux', 8, 1, 0x0801],
    ['linux', 4095, 0xfffff, 0xffff_ffff],
    ['darwin', 14, 70_000, 0x0e01_1170],
    ['darwin', 200, 1, 0xc800_0001],
  ])('on %s of %d and %d is %d', (platform, major, minor, expected) => {
    expect(deviceNumber(major, minor, platform)).toBe(expected);
  });
});

describe('statfsWords', () => {
  test.each([
    [{ bytes: 0, nodes: 0 }, 4096, 0, 0],
    [{ bytes: 123_456_789, nodes: 4242 }, 4096, 30_141, 4242],
    [{ bytes: 2 ** 50, nodes: 2 ** 40 }, 2 ** 19, 2 ** 31, WORD - 1],
  ])('of %j is full, and counts in 32 bits', (statistics, block, blocks, nodes) => {
    const words = statfsWords(statistics);
    expect([...words]).toEqual([block, block, blocks, 0, 0, nodes, 0, 0, 0, 0, 255]);
  });
});
