/** Real restic and the lock of a mount: it sees one that excludes nothing but exclusive work, and is respected. */

import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { startLockHolder } from './support/lock-holder.ts';
import { locksIn, mount, mountFailure, snapmountProgram } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { PASSWORD, type Restic, resticOutput, restics, runRestic, systemRestic } from './support/restic.ts';
import { output } from './support/run.ts';

describe.each(restics)('with $name, a mount', needs('root', 'restic', '/dev/fuse'), (restic) => {
  test('holds one lock that is not exclusive and names its owner', async () => {
    const repository = await smallRepository(restic);
    const mounted = await mount(repository);
    const ids = (await resticOutput(restic, repository, ['list', 'locks', '--no-lock'])).trim().split('\n');
    expect(ids).toHaveLength(1);
    const lock = JSON.parse(await resticOutput(restic, repository, ['cat', 'lock', ids[0]!, '--no-lock']));
    expect(lock).toMatchObject({ hostname: hostname(), pid: mounted.pid, username: 'root' });
    expect(lock.exclusive ?? false).toBe(false);
    expect(Math.abs(Date.parse(lock.time) - Date.now())).toBeLessThan(60_000);
    await mounted.unmount();
    expect(await resticOutput(restic, repository, ['list', 'locks', '--no-lock'])).toBe('');
  });

  test('lets a backup run and stops a prune, which names the owner of the lock', async () => {
    const repository = await smallRepository(restic);
    const mounted = await mount(repository);
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'file'), 'x');
    await resticOutput(restic, repository, ['backup', 'file'], { cwd: folder });
    for (const work of [['prune'], ['forget', '--keep-last', '1', '--prune']]) {
      const { code, stderr } = await runRestic(restic, repository, work);
      expect(code, work.join(' ')).toBe(restic.minor < 17 ? 1 : 11);
      expect(stderr).toContain(`already locked by PID ${mounted.pid} on ${hostname()} by root`);
    }
    await mounted.unmount();
    for (const work of [['prune'], ['forget', '--keep-last', '1', '--prune'], ['check']]) {
      await resticOutput(restic, repository, work);
    }
  });

  test('keeps its lock through unlock, of restic and of snapmount', async () => {
    const repository = await smallRepository(restic);
    const mounted = await mount(repository);
    const locks = locksIn(repository);
    expect(locks).toHaveLength(1);
    await resticOutput(restic, repository, ['unlock']);
    const env = { RESTIC_PASSWORD: PASSWORD };
    const ours = await output(process.execPath, [snapmountProgram, '-r', repository, 'unlock'], { env });
    expect(ours).toBe('No stale locks\n1 live lock stays\n');
    expect(locksIn(repository)).toEqual(locks);
    expect(await readdir(join(mounted.path, 'ids'))).toHaveLength(1);
    await mounted.unmount();
  });

  test('with --no-lock leaves no trace of itself', async () => {
    const repository = await smallRepository(restic);
    const mounted = await mount(repository, { args: ['--no-lock'] });
    expect(await readdir(join(mounted.path, 'ids'))).toHaveLength(1);
    expect(locksIn(repository)).toEqual([]);
    await mounted.unmount();
  });

  test('does not start while an exclusive lock is held, and names who holds it', async () => {
    const repository = await smallRepository(restic);
    const mountpoint = join(await temporaryFolder(), 'mnt');
    await mkdir(mountpoint);
    const prune = await stoppedPrune(restic, repository);
    try {
      const { code, stderr } = await mountFailure(repository, mountpoint);
      expect(code).toBe(11);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr).toContain(`PID ${prune.pid}`);
      expect(locksIn(repository)).toEqual([prune.lock]);
    } finally {
      await prune.kill();
    }
  });
});

describe('a read-only file system', needs('root', 'restic', '/dev/fuse', 'umount'), () => {
  let repository: string;
  beforeEach(async () => {
    repository = await smallRepository(systemRestic());
    await output('mount', ['--bind', repository, repository]);
  });
  afterEach(() => output('umount', ['-l', repository]));

  test('takes the lock away once it can be written again', async () => {
    const log = join(await temporaryFolder(), 'log');
    const mounted = await mount(repository, { args: ['--log-file', log] });
    await remount('ro');
    process.kill(mounted.pid, 'SIGTERM');
    await expect.poll(() => readFileSync(log, 'utf8'), { timeout: 10_000 }).toMatch(/trying again.*EROFS/);
    expect(locksIn(repository)).toHaveLength(1);
    await remount('rw');
    await mounted.exited;
    await mounted.unmount();
  });

  test('is refused at once, with the way to go on', async () => {
    await remount('ro');
    const mountpoint = join(await temporaryFolder(), 'mnt');
    await mkdir(mountpoint);
    const { code, stderr } = await mountFailure(repository, mountpoint);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^snapmount: Cannot lock the repository, use --no-lock .*EROFS.*\n$/);
  });

  function remount(how: 'ro' | 'rw'): Promise<string> {
    return output('mount', ['-o', `remount,bind,${how}`, repository]);
  }
});

/** A real prune, stopped while it holds its lock. */
async function stoppedPrune(restic: Restic, repository: string) {
  const holder = await startLockHolder(repository, restic.program, ['--no-cache', '-r', repository, 'prune']);
  holder.child.kill('SIGSTOP');
  return holder;
}
