import { describe, expect, test } from 'vitest';
import { type DriverChoice, driverFor } from './driver-choice.ts';

describe('driverFor', () => {
  test.each<[DriverChoice, NodeJS.Platform, string]>([
    ['auto', 'linux', 'fuse'],
    ['fuse', 'linux', 'fuse'],
    ['fuse-native', 'linux', 'fuse-native'],
    ['auto', 'darwin', 'fuse-native'],
    ['fuse-native', 'darwin', 'fuse-native'],
    ['auto', 'win32', 'winfsp'],
    ['winfsp', 'win32', 'winfsp'],
  ])('takes for %s on %s %s', (choice, platform, expected) => {
    expect(driverFor(choice, platform)).toBe(expected);
  });

  test.each<[DriverChoice, NodeJS.Platform, RegExp]>([
    ['fuse', 'darwin', /The driver "fuse" is not for macOS: give "fuse-native"$/],
    ['auto', 'freebsd', /not supported on freebsd yet: use `ls` and `cat`/],
    ['fuse-native', 'win32', /^The driver "fuse-native" is not for Windows: give "winfsp"$/],
    ['winfsp', 'linux', /^The driver "winfsp" is not for Linux: give "fuse" or "fuse-native"$/],
  ])('refuses %s on %s with one line', (choice, platform, line) => {
    expect(() => driverFor(choice, platform)).toThrow(line);
  });
});
