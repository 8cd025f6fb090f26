import { describe, expect, test } from 'vitest';
import { deviceMajor, deviceMinor, permissions } from './go-mode.ts';

describe('permissions', () => {
  test.each<[string, number, number]>([
    ['plain', 0o644, 0o644],
    ['setuid', 2 ** 23 + 0o755, 0o4755],
    ['setgid', 2 ** 22 + 0o755, 0o2755],
    ['sticky folder', 2 ** 31 + 2 ** 20 + 0o777, 0o1777],
    ['symlink', 2 ** 27 + 0o777, 0o777],
    ['character device', 2 ** 26 + 2 ** 21 + 0o600, 0o600],
    ['every bit', 2 ** 32 - 1, 0o7777],
    ['bits of POSIX that Go does not use so', 0o7000, 0],
  ])('turns Go bits into POSIX bits: %s', (_, goMode, mode) => {
    expect(permissions(goMode)).toBe(mode);
  });
});

describe('deviceMajor and deviceMinor', () => {
  test.each<[bigint, number, number]>([
    [0x801n, 8, 1],
    [0x103n, 1, 3],
    [0xfd00n, 253, 0],
    [0x12_0006_7834_59an, 0x12345, 0x6789a],
    [0xffff_ffff_ffff_ffffn, 0xffffffff, 0xffffffff],
    [0n, 0, 0],
  ])('take %s apart as glibc does', (device, major, minor) => {
    const low = Number(device & 0xffffffffn);
    const high = Number(device >> 32n);
    expect([deviceMajor(low, high), deviceMinor(low, high)]).toEqual([major, minor]);
  });
});
