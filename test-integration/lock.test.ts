/** Real restic and the lock of a mount: it sees one that excludes nothing but exclusive work, and is respected. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch, writeFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { locksIn, mount, mountFailure } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { PASSWORD, type Restic, resticOutput, restics, runRestic } from './support/restic.ts';

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
    const { code, stderr } = await runRestic(restic, repository, ['prune']);
    expect(code).toBe(restic.minor < 17 ? 1 : 11);
    expect(stderr).toContain(`already locked by PID ${mounted.pid} on ${hostname()}`);
    await mounted.unmount();
    await resticOutput(restic, repository, ['prune']);
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

/** A real prune, stopped while it holds its lock: right after it wrote it, restic looks for others for a while. */
async function stoppedPrune(restic: Restic, repository: string) {
  const locks = join(repository, 'locks');
  await mkdir(locks, { recursive: true });
  const watcher = watch(locks);
  const child = spawn(restic.program, ['--no-cache', '-r', repository, 'prune'], {
    env: { ...process.env, RESTIC_PASSWORD: PASSWORD },
    stdio: 'ignore',
  });
  await once(watcher, 'change');
  watcher.close();
  const complete = () => locksIn(repository).find((name) => /^[0-9a-f]{64}$/.test(name));
  await expect.poll(complete, { timeout: 10_000, interval: 1 }).toBeDefined();
  child.kill('SIGSTOP');
  return {
    pid: child.pid!,
    lock: complete(),
    kill: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
