import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { main } from './main.ts';
import { RecordingStream } from './testing/streams.ts';
import { readVersion } from './version.ts';

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const stdout = new RecordingStream();
  const stderr = new RecordingStream();
  const { code } = await main(args, { env, stdin: Readable.from([]), stdout, stderr });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

describe('main', () => {
  test('prints the version', async () => {
    const { stdout: text, ...outcome } = await run(['--version']);
    expect(outcome).toEqual({ code: 0, stderr: '' });
    expect(text.split('\n')).toEqual([
      `snapmount ${readVersion()}`,
      'On Windows it mounts through WinFsp - Windows File System Proxy, Copyright (C) Bill Zissimopoulos, ' +
        'https://github.com/winfsp/winfsp',
      '',
    ]);
    const { stdout } = await run(['version', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ message_type: 'version', version: readVersion() });
  });

  test.each([['--help'], ['mount', '--help'], ['help', 'ls']])(
    'prints help on standard output: %s %s',
    async (...args) => {
      const { code, stdout, stderr } = await run(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage: snapmount /);
      expect(stdout).toContain('RESTIC_PASSWORD_FILE');
      expect(stdout).toContain('--retry-lock');
    },
  );

  test('says on standard error what there is when no command is given', async () => {
    const { code, stdout, stderr } = await run([]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('mount [options] <mountpoint>');
  });

  test.each<[args: string[], message: string]>([
    [['frobnicate'], "Unknown command 'frobnicate'"],
    [['ls', '--jsn', 'x'], "Unknown option '--jsn' (Did you mean --json?)"],
    [['mount'], "Missing required argument 'mountpoint'"],
    [['mount', 'a', 'b'], "Too many arguments for 'mount'. Expected 1 argument but got 2."],
    [['ls', '-r'], "Option '-r, --repo <repository>' argument missing"],
    [['--json=maybe', 'ls'], 'Invalid value "maybe" for --json'],
    [['-q', '-v', 'ls', 'x'], 'Options --quiet and --verbose exclude each other, give only one'],
    [['ls', 'x'], 'No repository given: use -r, --repository-file or RESTIC_REPOSITORY'],
    [['-r', 'x', 'snapshots', '--latest', '0'], 'Invalid value "0" for --latest: it takes a number from 1'],
    [
      ['-r', 'x', 'mount', '--umask', '9', '/'],
      'Invalid value "9" for --umask: it takes an octal number, for instance 022',
    ],
    [['-r', 'x', 'cat', 'latest:'], 'No file given: write "latest:" and its path in the snapshot'],
  ])('refuses %j with one line', async (args, message) => {
    expect(await run(args)).toEqual({ code: 1, stdout: '', stderr: `snapmount: ${message}\n` });
  });

  test('refuses in json where that was asked for, wherever', async () => {
    const { code, stderr } = await run(['ls', '--no-such', '--json', 'x']);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ message_type: 'exit_error', code: 1 });
  });

  test('says under -v which options have no effect', async () => {
    const { stderr } = await run(['-v', '--pack-size', '8', 'snapshots', '--latest', '0', '-r', 'x'], {});
    expect(stderr).not.toContain('--pack-size');
    const { stdout } = await run(['-v', '--pack-size', '8', '-r', 'x', 'mount', '--umask', '9', '/']);
    expect(stdout).toBe('Option --pack-size has no effect in snapmount\n');
  });

  test('leaves no handler of signals behind', async () => {
    const before = process.listenerCount('SIGINT');
    await run(['ls', 'x']);
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
