/** `mount --exec`: the command has the mount, its input, output and exit code count, and nothing stays behind it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { isMounted, locksIn, snapmountProgram } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { PASSWORD, resticOutput, systemRestic } from './support/restic.ts';
import type { RunOptions } from './support/run.ts';
import { ENVIRONMENT, snapmount } from './support/snapmount.ts';
import { CTRL_C, runAtTerminal } from './support/terminal.ts';

describe('mount --exec', needs('root', 'restic', '/dev/fuse', 'python3', 'umount'), () => {
  let repository: string;
  let mountpoint: string;
  beforeEach(async () => {
    repository = await smallRepository(systemRestic());
    mountpoint = await temporaryFolder();
  });

  async function execute(command: string, args: readonly string[] = [], options: RunOptions = {}) {
    const outcome = await snapmount(
      ['-r', repository, 'mount', ...args, '--exec', command, mountpoint],
      options,
    );
    expectNothingLeft();
    return outcome;
  }

  function expectNothingLeft() {
    expect(isMounted(mountpoint), 'still mounted').toBe(false);
    expect(locksIn(repository), 'locks').toEqual([]);
  }

  test('runs it with the mount, gives its output and ends with its code', async () => {
    const command = 'cd "$SNAPMOUNT_MOUNTPOINT/snapshots/latest/folder" && cat && cat file && exit 7';
    expect(await execute(command, [], { input: 'typed\n' })).toEqual({
      code: 7,
      stdout: 'typed\nthe file\n',
      stderr: '',
    });
  });

  test('runs a program that lies in the mount', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'program'), '#!/bin/sh\necho from a backup\n');
    await chmod(join(folder, 'program'), 0o755);
    await resticOutput(systemRestic(), repository, ['backup', 'program'], { cwd: folder });
    const { stdout, code } = await execute('"$SNAPMOUNT_MOUNTPOINT/snapshots/latest/program"');
    expect({ stdout, code }).toEqual({ stdout: 'from a backup\n', code: 0 });
  });

  test('ends with 128 and the number of the signal that ended the command', async () => {
    expect(await execute('kill -KILL $$')).toMatchObject({ code: 137, stderr: '' });
  });

  test('hands on the environment as it was given, but no socket of a service manager', async () => {
    const env = { NOTIFY_SOCKET: '@snapmount-test-nobody', UV_THREADPOOL_SIZE: undefined };
    const { stdout } = await execute('env', [], { env });
    expect(stdout).toContain(`RESTIC_PASSWORD=${PASSWORD}\n`);
    expect(stdout).not.toMatch(/NOTIFY_SOCKET|UV_THREADPOOL_SIZE/);
  });

  test('gives it no input that the password stood in', async () => {
    const options = { input: `${PASSWORD}\nmore\n`, env: { RESTIC_PASSWORD: undefined } };
    expect(await execute('cat', [], options)).toMatchObject({ code: 0, stdout: '' });
  });

  test('--json tells events on standard error', async () => {
    const { stdout, stderr } = await execute('echo mine', ['--json']);
    expect(stdout).toBe('mine\n');
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { message_type: 'ready', mountpoint },
      { message_type: 'unmounted', mountpoint, reason: 'done' },
    ]);
  });

  test('ends with its own code, and runs nothing, where it cannot mount', async () => {
    const options = { env: { RESTIC_PASSWORD: 'wrong' } };
    const outcome = await execute('echo ran', [], options);
    expect(outcome).toMatchObject({ code: 12, stdout: '' });
    expect(outcome.stderr).toMatch(/^snapmount: /);
  });

  test('fails when the mount is taken from under the command, which is ended', async () => {
    const outcome = await execute('echo begun; umount -l "$SNAPMOUNT_MOUNTPOINT"; exec sleep 60');
    expect(outcome).toEqual({
      code: 1,
      stdout: 'begun\n',
      stderr: `snapmount: "${mountpoint}" was unmounted by somebody else while the command ran\n`,
    });
  });

  test.each(['TERM', 'INT'] as const)(
    'passes SIG%s on that no terminal sent, waits for the command, and ends with its code',
    async (signal) => {
      const command = `trap "echo told; exit 9" ${signal}; echo begun; while :; do sleep 0.1; done`;
      const line = [snapmountProgram, '-r', repository, 'mount', '--exec', command, mountpoint];
      const child = spawn(process.execPath, line, {
        env: { ...process.env, ...ENVIRONMENT },
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      await expect.poll(() => said, { timeout: 20_000 }).toBe('begun\n');
      const closed = once(child, 'close');
      child.kill(`SIG${signal}`);
      expect(await closed).toEqual([9, null]);
      expect(said).toBe('begun\ntold\n');
      expectNothingLeft();
    },
  );

  test('leaves Ctrl-C to the terminal, from which the command gets it once', async () => {
    const heard = join(await temporaryFolder(), 'heard');
    const command = `trap "echo INT >> ${heard}; sleep 0.3; exit 4" INT; echo begun; while :; do sleep 0.1; done`;
    const line = [
      process.execPath,
      snapmountProgram,
      '-r',
      repository,
      'mount',
      '--exec',
      command,
      mountpoint,
    ];
    const steps = [{ once: 'begun', types: CTRL_C }];
    expect(await runAtTerminal(line, steps, { env: ENVIRONMENT })).toMatchObject({ code: 4 });
    expect(await readFile(heard, 'utf8')).toBe('INT\n');
    expectNothingLeft();
  });
});
