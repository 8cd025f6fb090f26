import { describe, expect, test } from 'vitest';
import { shellCall } from './system-shell.ts';

describe('shellCall', () => {
  test('takes the command as it is where there is /bin/sh', () => {
    expect(shellCall('ls "$A"', 'linux', {})).toEqual({
      file: '/bin/sh',
      args: ['-c', 'ls "$A"'],
      options: {},
    });
  });

  test('takes the command as it is on Windows, quotes and all', () => {
    const { file, args, options } = shellCall('"a b" "c"', 'win32', { SystemRoot: 'D:\\Win' });
    expect(file).toBe('D:\\Win\\System32\\cmd.exe');
    expect(args.join(' ')).toBe('/d /s /c ""a b" "c""');
    expect(options).toEqual({ windowsVerbatimArguments: true });
  });

  test('finds Windows where its variable is missing', () => {
    expect(shellCall('dir', 'win32', {}).file).toBe('C:\\Windows\\System32\\cmd.exe');
  });
});
