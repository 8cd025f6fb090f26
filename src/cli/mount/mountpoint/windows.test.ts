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
    ['xy', 'C:\\Users\\me\\xy'],
    ['.\\x', 'C:\\Users\\me\\x'],
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

  test.each([
    ['x', 'Mountpoint "x" may mean two things: give "x:" or ".\\x"'],
    ['C:\\mnt"', 'Mountpoint C:\\mnt" holds a ", which Windows takes in no name'],
    ['C:\\mnt\\a:b', 'Mountpoint C:\\mnt\\a:b holds a :, which Windows takes in no name'],
    ['C:\\mnt\\*', 'Mountpoint C:\\mnt\\* holds a *, which Windows takes in no name'],
  ])('refuses %j and says why', (given, line) => {
    expect(() => windowsPlace(given, 'C:\\Users\\me')).toThrow(line);
  });
});
