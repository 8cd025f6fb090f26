import { describe, expect, test } from 'vitest';
import { MountError } from '../../../mount/errors.ts';
import { windowsPlace } from './windows.ts';

describe('windowsPlace', () => {
  test.each([
    ['X:', 'X:'],
    ['x:', 'X:'],
    ['x:\\', 'X:'],
    ['x:/', 'X:'],
    ['*', '*:'],
    ['*:', '*:'],
    ['C:\\mnt\\backup', 'C:\\mnt\\backup'],
    ['c:/mnt/backup/', 'c:\\mnt\\backup'],
    ['backup', 'C:\\Users\\me\\backup'],
    ['x', 'C:\\Users\\me\\x'],
    ['.\\a/b', 'C:\\Users\\me\\a\\b'],
    ['..\\..\\backup', 'C:\\backup'],
    ['\\mnt', 'C:\\mnt'],
    ['c:mnt', 'c:\\Users\\me\\mnt'],
    ['..\\..\\..', 'C:'],
  ])('of %j is %j', (given, place) => {
    expect(windowsPlace(given, 'C:\\Users\\me')).toBe(place);
  });

  test.each(['\\\\server\\share\\backup', '\\\\?\\C:\\backup', '\\\\.\\X:'])(
    'refuses %j, where WinFsp cannot mount',
    (given) => {
      expect(() => windowsPlace(given, 'C:\\Users\\me')).toThrow(MountError);
    },
  );
});
