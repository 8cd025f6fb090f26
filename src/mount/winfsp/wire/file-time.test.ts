import { expect, test } from 'vitest';
import { fileTime } from './file-time.ts';

test.each([
  ['the epoch of POSIX', 0, 0, 116_444_736_000_000_000n],
  ['1601, where it begins', -11_644_473_600, 0, 0n],
  // [MS-DTYP] counts in units of 100 ns: what is finer is cut off.
  ['units of 100 ns', 1_600_000_000, 123_456_789, 132_444_736_001_234_567n],
  ['a time before 1970', -1, 999_999_900, 116_444_735_999_999_999n],
  ['1600, which it cannot hold', -11_644_473_601, 0, 0n],
  ['a time beyond the year 30828', 2 ** 40, 0, 0x7fff_ffff_ffff_ffffn],
])('fileTime gives %s', (_what, seconds, nanoseconds, expected) => {
  expect(fileTime(seconds, nanoseconds)).toBe(expected);
});
