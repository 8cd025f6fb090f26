import { expect, test } from 'vitest';
import { grantedRights, READ_RIGHTS, rightsToCheck } from './access.ts';

test('READ_RIGHTS are those of FILE_GENERIC_READ and FILE_GENERIC_EXECUTE', () => {
  expect(READ_RIGHTS).toBe(0x12_0089 | 0x12_00a0);
});

test.each([
  ['nothing', 0, 0x80],
  ['data', 0x1, 0x1],
  ['all that can be read', 0x12_00a9, 0x12_00a9],
  ['generic reading', 0x8000_0000, 0x12_00a9],
  ['whatever is possible', 0x200_0000, 0x200_0000],
  ['the audit list, which takes a privilege', 0x102_0000, 0x102_0000],
  // These are refused by another status, and to everybody.
  ['writing', 0x2 | 0x1_0000 | 0x4000_0000, 0x80],
])('of %s (%d) the rights %d are checked', (_what, desired, expected) => {
  expect(rightsToCheck(desired)).toBe(expected);
});

test.each([
  [0x1f_01ff, 0, 0x12_00a9],
  [0x1, 0x12_0080, 0x12_0081],
  [0, 0x1f_01ff, 0x12_00a9],
])('of %d granted now and %d before the rights %d are given', (granted, before, expected) => {
  expect(grantedRights(granted, before)).toBe(expected);
});
