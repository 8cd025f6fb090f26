import { describe, expect, test } from 'vitest';
import { type NameFlags, resolveNames } from './name-options.ts';

describe('resolveNames', () => {
  test.each<[NodeJS.Platform, NameFlags, object]>([
    ['linux', {}, { system: 'posix', backslash: 'percent' }],
    ['darwin', {}, { system: 'posix', backslash: 'percent', anyNormalForm: true }],
    ['win32', {}, { system: 'windows', backslash: 'percent' }],
    ['win32', { names: 'posix' }, { system: 'posix', backslash: 'percent' }],
    ['linux', { names: 'windows' }, { system: 'windows', backslash: 'percent' }],
    ['linux', { names: 'windows', backslash: 'private' }, { system: 'windows', backslash: 'private' }],
  ])('on %s makes of %j %j', (platform, flags, names) => {
    expect(resolveNames(flags, platform)).toEqual({ names, remark: undefined });
  });

  test.each<[NameFlags, RegExp]>([
    [{ names: 'dos' }, /"dos" for --names is unknown: give "posix" or "windows"/],
    [{ names: 'Windows' }, /for --names/],
    [{ backslash: '' }, /"" for --backslash is unknown: give "percent" or "private"/],
  ])('refuses %j with one line', (flags, message) => {
    expect(() => resolveNames(flags)).toThrow(message);
  });

  test('says that --backslash has no effect without --names windows', () => {
    expect(resolveNames({ backslash: 'private' }, 'linux').remark).toMatch(
      /^Option --backslash has no effect/,
    );
  });
});
