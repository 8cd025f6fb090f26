/** How the program ends when somebody unmounts it, asks twice, or gives it too few threads. */

import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { smallRepository } from './support/fixtures.ts';
import { isMounted, locksIn, mount } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { systemRestic } from './support/restic.ts';
import { output } from './support/run.ts';
import { watchersOf } from './support/watchers.ts';

const SOON = { timeout: 10_000 };

describe('a mount', needs('root', 'restic', '/dev/fuse', 'umount', 'fusermount3'), () => {
  let repository: string;
  beforeEach(async () => {
    repository = await smallRepository(systemRestic());
  });

  test.each([
    ['umount', []],
    ['fusermount3', ['-u']],
    ['fusermount3', ['-u', '-z']],
  ])('that %s %j ends from outside exits with 0 and takes its lock away', async (command, args) => {
    const mounted = await mount(repository);
    await output(command, [...args, mounted.path]);
    await mounted.exited;
    // Checks exit code, mountpoint and locks.
    await mounted.unmount();
    expect(mounted.stderr()).toBe('');
  });

  test('in use goes on after the first Ctrl-C, and ends by the second with its lock', async () => {
    const mounted = await mount(repository);
    const user = await open(join(mounted.path, 'snapshots/latest/notes'));
    process.kill(mounted.pid, 'SIGINT');
    await expect.poll(mounted.stderr, SOON).toContain('is in use by ');
    expect(mounted.stderr()).toContain(`(PID ${process.pid})`);
    expect(isMounted(mounted.path)).toBe(false);
    expect(await user.readFile('utf8')).toBe('first\n');
    expect(locksIn(repository)).toHaveLength(1);
    process.kill(mounted.pid, 'SIGINT');
    await mounted.exited;
    // close(2) asks the file system too, which is gone.
    await user.close().catch(() => {});
    await mounted.unmount();
  });

  test('with something mounted below it goes on after the first Ctrl-C until that has gone', async () => {
    const mounted = await mount(repository);
    const below = await mountBelow(mounted.path);
    process.kill(mounted.pid, 'SIGINT');
    await expect.poll(mounted.stderr, SOON).toMatch(/ first; stop once more /);
    expect(mounted.stderr()).toContain(below);
    expect(isMounted(mounted.path)).toBe(true);
    expect(await readFile(join(below, 'theirs'), 'utf8')).toBe('kept');
    expect(await readFile(join(mounted.path, 'snapshots/latest/notes'), 'utf8')).toBe('first\n');
    expect(locksIn(repository)).toHaveLength(1);
    await output('umount', [below]);
    await mounted.exited;
    await mounted.unmount();
    expect(mounted.stderr().match(/\n/g)).toHaveLength(1);
  });

  test('with something mounted below it ends by the second Ctrl-C', async () => {
    const mounted = await mount(repository);
    const below = await mountBelow(mounted.path);
    process.kill(mounted.pid, 'SIGINT');
    await expect.poll(mounted.stderr, SOON).toMatch(/ first; stop once more /);
    process.kill(mounted.pid, 'SIGINT');
    await mounted.exited;
    await mounted.unmount();
    expect(isMounted(below)).toBe(false);
  });

  test('ends though somebody has stopped the process that watches over it', async () => {
    const mounted = await mount(repository);
    const [watcher] = watchersOf(mounted.path);
    process.kill(watcher!, 'SIGSTOP');
    await mounted.unmount();
    expect(watchersOf(mounted.path)).toEqual([]);
  });

  test.each(['1', '0', '-3', 'many'])('ends by a signal with UV_THREADPOOL_SIZE=%s', async (size) => {
    const mounted = await mount(repository, { env: { UV_THREADPOOL_SIZE: size } });
    await mounted.unmount();
  });
});

/** Somebody else's file system in memory, which would be lost with its file. */
async function mountBelow(path: string): Promise<string> {
  const below = join(path, 'ids');
  await output('mount', ['-t', 'tmpfs', 'theirs', below]);
  await writeFile(join(below, 'theirs'), 'kept');
  return below;
}
