/**
 * The real program with its way to end itself taken away: each command ends all the same, with its exit code, since
 * nothing is left that keeps it. What it must not wait for, output that nobody takes, is the one exception.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { type LockHolder, startLockHolder } from './support/lock-holder.ts';
import { isMounted, locksIn, mount, snapmountProgram } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { systemRestic } from './support/restic.ts';
import { output } from './support/run.ts';
import { ENVIRONMENT, snapmount } from './support/snapmount.ts';

const hook = join(import.meta.dirname, 'programs', 'no-forced-exit.cjs');
const env = { NODE_OPTIONS: `--require "${hook}"` };

describe('ends by itself:', needs('root', 'restic', '/dev/fuse', 'umount'), () => {
  let repository: string;
  let mountpoint: string;
  beforeAll(async () => {
    repository = await smallRepository(systemRestic());
    mountpoint = await temporaryFolder();
  });

  test.each([
    ['snapshots', [], 0],
    ['ls', ['latest'], 0],
    ['cat', ['latest:notes'], 0],
    ['cat', ['latest:no/such'], 1],
    ['locks', [], 0],
    ['unlock', [], 0],
    ['umount', ['/'], 1],
    ['no-such-command', [], 1],
    ['mount', ['/no/such/folder'], 1],
    ['mount', ['MOUNTPOINT', '--idle', '1s'], 0],
    ['mount', ['MOUNTPOINT', '--exec', 'exit 7'], 7],
  ])('%s %j', async (command, args, code) => {
    const real = args.map((argument) => argument.replace('MOUNTPOINT', mountpoint));
    const outcome = await snapmount(['-r', repository, command, ...real], { env });
    expect(outcome).toMatchObject({
      code,
      stderr: code === 1 ? expect.stringMatching(/^snapmount: .*\n$/) : '',
    });
    expectNothingLeft();
  });

  test('mount with a wrong password', async () => {
    const wrong = { ...env, RESTIC_PASSWORD: 'wrong' };
    const outcome = await snapmount(['-r', repository, 'mount', mountpoint], { env: wrong });
    expect(outcome).toMatchObject({
      code: 12,
      stderr: expect.stringMatching(/^snapmount: Wrong password.*\n$/),
    });
    expectNothingLeft();
  });

  test('mount of a repository that is locked', async () => {
    const prune = await startPrune();
    const outcome = await snapmount(['-r', repository, 'mount', mountpoint], { env });
    await prune.kill();
    expect(outcome).toMatchObject({ code: 11, stderr: expect.stringMatching(/^snapmount: .* locked .*\n$/) });
    expect(await snapmount(['-r', repository, 'unlock'], { env })).toMatchObject({ code: 0, stderr: '' });
    expectNothingLeft();
  });

  test('mount, stopped by a signal', async () => {
    const mounted = await mount(repository, { env });
    await mounted.unmount();
    expect(mounted.stderr()).toBe('');
  });

  test('mount, unmounted by umount', async () => {
    const mounted = await mount(repository, { env });
    await output('umount', [mounted.path]);
    await mounted.exited;
    await mounted.unmount();
    expect(mounted.stderr()).toBe('');
  });

  test('mount in the background, and umount', async () => {
    const log = join(await temporaryFolder(), 'log');
    const line = ['-r', repository, 'mount', '--daemon', '--log-file', log, mountpoint];
    expect(await snapmount(line, { env })).toMatchObject({ code: 0, stderr: '' });
    // It returns when the daemon has ended.
    expect(await snapmount(['umount', mountpoint], { env })).toMatchObject({ code: 0, stderr: '' });
    expect(await output('cat', [log])).not.toContain('process.exit');
    expectNothingLeft();
  });

  test('mount, interrupted before it serves, though it would not wait for its output', async () => {
    const prune = await startPrune();
    const line = [snapmountProgram, '-r', repository, 'mount', '--retry-lock', '1m', mountpoint];
    const child = spawn(process.execPath, line, { env: { ...process.env, ...ENVIRONMENT, ...env } });
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (text) => (said.stdout += text));
    child.stderr.on('data', (text) => (said.stderr += text));
    const closed = once(child, 'close');
    await expect.poll(() => said.stdout, { timeout: 10_000 }).toContain('trying again');
    child.kill('SIGINT');
    expect(await closed).toEqual([130, null]);
    await prune.kill();
    expect(said.stderr).toBe('snapmount: Interrupted by SIGINT\nprocess.exit was called\n');
    expect(locksIn(repository)).toEqual([prune.lock]);
    await rm(join(repository, 'locks', prune.lock));
  });

  /** Stopped while it holds its lock. */
  async function startPrune(): Promise<LockHolder> {
    const line = ['--no-cache', '-r', repository, 'prune'];
    const prune = await startLockHolder(repository, systemRestic().program, line);
    prune.child.kill('SIGSTOP');
    return prune;
  }

  function expectNothingLeft(): void {
    expect(isMounted(mountpoint)).toBe(false);
    expect(locksIn(repository)).toEqual([]);
  }
});
