import { describe, expect, test } from 'vitest';
import { startOnWindows } from './windows-program.ts';

const ENVIRONMENT = {
  PATH: 'C:\\tools\\;"C:\\Program Files\\bw";relative;;\\\\server\\share',
  SystemRoot: 'D:\\Windows',
};

function start(program: string, args: string[], files: string[], environment = {}) {
  const isFile = (path: string) => files.includes(path);
  return startOnWindows(program, args, { ...ENVIRONMENT, ...environment }, isFile);
}

describe('startOnWindows', () => {
  test.each<[program: string, file: string]>([
    ['pass', 'C:\\tools\\pass.exe'],
    ['pass.exe', 'C:\\Program Files\\bw\\pass.exe'],
    ['pass.2', 'C:\\tools\\pass.2.exe'],
    ['pass', '\\\\server\\share\\pass.com'],
    ['C:\\bin\\pass', 'C:\\bin\\pass.exe'],
    ['C:/bin/pass.exe', 'C:/bin/pass.exe'],
    ['.\\pass', '.\\pass.exe'],
  ])('finds %s at %s', (program, file) => {
    expect(start(program, ['a b', '"'], [file])).toEqual({ file, args: ['a b', '"'], verbatim: false });
  });

  test.each(['pass', 'pass.exe'])('does not take %s from the working folder or a relative one', (program) => {
    const files = ['pass.exe', '.\\pass.exe', 'relative\\pass.exe', '\\pass.exe'];
    expect(() => start(program, [], files)).toThrow(/^Password command "pass(\.exe)?" is not found$/);
  });

  test('tries endings in the order that the system gives, in each folder', () => {
    const files = ['C:\\tools\\pass.exe', 'C:\\tools\\pass.cmd', '\\\\server\\share\\pass.com'];
    expect(start('pass', [], files).file).toBe('C:\\tools\\pass.exe');
    expect(start('pass', [], files, { PATHEXT: '.PS1;.cmd;.exe' }).args[3]).toBe('""C:\\tools\\pass.cmd""');
  });

  test('runs a batch file by cmd.exe, each word in quotes', () => {
    const started = start('bw', ['get', 'a & b', 'c:\\d\\', ''], ['C:\\Program Files\\bw\\bw.CMD'], {
      PATHEXT: '.CMD',
    });
    expect(started).toEqual({
      file: 'D:\\Windows\\System32\\cmd.exe',
      args: ['/d', '/s', '/c', '""C:\\Program Files\\bw\\bw.CMD" "get" "a & b" "c:\\d\\\\" """'],
      verbatim: true,
    });
  });

  test.each(['a"b', '%PATH%', 'a\nb', 'a\rb'])(
    'refuses to give a batch file %j, without telling it',
    (word) => {
      expect(() => start('bw', [word], ['C:\\tools\\bw.bat'])).toThrow(
        /^Password command "bw" is a batch file: it cannot be given arguments with ", % or line breaks$/,
      );
    },
  );

  test('says what is wrong with a path that was not quoted', () => {
    expect(() => start('C:', ['tools', 'pass.exe'], [])).toThrow(
      'Password command "C:" is not found: put its path into quotes, a backslash separates words',
    );
  });
});
