import { describe, expect, test } from 'vitest';
import { type DriverChoice, driverFor, parseDriver } from './driver-choice.ts';

describe('parseDriver', () => {
  test.each([
    [undefined, 'auto'],
    ['auto', 'auto'],
    ['fuse', 'fuse'],
    ['fuse-native', 'fuse-native'],
  ])('of %j is %j', (text, expected) => {
    expect(parseDriver(text)).toBe(expected);
  });

  test.each(['', 'kernel', 'FUSE'])('refuses %j and names what there is', (text) => {
    expect(() => parseDriver(text)).toThrow(
      `Value "${text}" for --driver is unknown: give one of "auto", "fuse", "fuse-native"`,
    );
  });
});

describe('driverFor', () => {
  test.each<[DriverChoice, NodeJS.Platform, string]>([
    ['auto', 'linux', 'fuse'],
    ['fuse', 'linux', 'fuse'],
    ['fuse-native', 'linux', 'fuse-native'],
    ['auto', 'darwin', 'fuse-native'],
    ['fuse-native', 'darwin', 'fuse-native'],
  ])('takes for %s on %s %s', (choice, platform, expected) => {
    expect(driverFor(choice, platform)).toBe(expected);
  });

  test.each<[DriverChoice, NodeJS.Platform, RegExp]>([
    ['fuse', 'darwin', /The driver "fuse" is not for darwin: give "fuse-native"/],
    ['auto', 'freebsd', /not supported on freebsd yet: use `ls` and `cat`/],
    ['fuse-native', 'win32', /not supported on win32 yet/],
  ])('refuses %s on %s with one line', (choice, platform, line) => {
    expect(() => driverFor(choice, platform)).toThrow(line);
  });
});
