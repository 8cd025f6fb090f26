/**
 * Storage that does not answer holds up nobody who asks twice to end. A fifo without a writer stands for it: open(2)
 * keeps the thread that calls it, as a dead network drive does.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { isMounted, locksIn, mount, snapmountProgram } from './support/mount.ts';
import { blobsIn, nameOfOnly } from './support/repository-files.ts';
import { needs } from './support/require-tool.ts';
import { systemRestic } from './support/restic.ts';
import { output, run } from './support/run.ts';
import { ENVIRONMENT } from './support/snapmount.ts';
import { CTRL_C, runAtTerminal, type Step } from './support/terminal.ts';

const SOON = { timeout: 10_000 };

/** Ctrl-C when the storage hangs, and once more when the program has said how to go on. */
const TWO_CTRL_C: readonly Step[] = [
  { once: { hangsIn: 'wait_for_partner' }, types: CTRL_C },
  { once: 'ask once more to end without it\r\n', types: CTRL_C },
];

describe('storage that hangs', needs('root', 'restic', '/dev/fuse', 'mkfifo', 'cat', 'python3'), () => {
  let repository: string;
  beforeEach(async () => {
    repository = await smallRepository(systemRestic());
  });

  test.each([
    ['mount', async () => [await temporaryFolder()]],
    ['snapshots', () => []],
    ['locks', () => []],
  ])('while %s opens it: two requests end that with 130', async (command, args) => {
    const key = join(repository, 'keys', await nameOfOnly(repository, 'keys'));
    await replaceByFifo(key);
    const line = [snapmountProgram, '-r', repository, command, ...(await args())];
    const child = spawn(process.execPath, line, { env: { ...process.env, ...ENVIRONMENT }, stdio: 'ignore' });
    const exited = once(child, 'exit');
    await expect.poll(() => hasHangingThread(child.pid!), SOON).toBe(true);
    child.kill('SIGINT');
    // Two that arrive together would count as one.
    await expect.poll(() => hasPendingSignal(child.pid!), SOON).toBe(false);
    child.kill('SIGINT');
    expect(await exited).toEqual([130, null]);
    expect(locksIn(repository)).toEqual([]);
  });

  test.each([
    ['mount', async () => [await temporaryFolder()]],
    ['snapshots', () => []],
    ['unlock', () => []],
  ])('while %s opens it: who asks once at a terminal is told what is waited for', async (command, args) => {
    await replaceByFifo(join(repository, 'keys', await nameOfOnly(repository, 'keys')));
    const line = [process.execPath, snapmountProgram, '-r', repository, command, ...(await args())];
    const { code, stdout, stderr } = await runAtTerminal(line, TWO_CTRL_C, { env: ENVIRONMENT });
    expect(stdout, stderr).toContain(
      'Waiting for the storage to answer; ask once more to end without it\r\n',
    );
    expect(code).toBe(130);
  });

  test('while a file is read: two requests end the mount with its lock', async () => {
    const packs = new Set((await blobsIn(systemRestic(), repository)).map(({ pack }) => pack));
    const mounted = await mount(repository);
    const name = join(mounted.path, 'snapshots/latest/notes');
    await readdir(join(mounted.path, 'snapshots/latest'));
    for (const pack of packs) await replaceByFifo(join(repository, 'data', pack.slice(0, 2), pack));
    const reader = run('cat', [name]);
    await expect.poll(() => hasHangingThread(mounted.pid), SOON).toBe(true);
    process.kill(mounted.pid, 'SIGINT');
    await expect.poll(mounted.stderr, SOON).toContain('is in use by cat ');
    process.kill(mounted.pid, 'SIGINT');
    expect(await mounted.exited).toEqual([130, null]);
    expect((await reader).code).toBe(1);
    expect(isMounted(mounted.path)).toBe(false);
    expect(locksIn(repository)).toEqual([]);
    await mounted.kill();
  });
});

async function replaceByFifo(path: string): Promise<void> {
  await rm(path, { force: true });
  await output('mkfifo', [path]);
}

/** Whether one of its threads waits in open(2) for a writer of a fifo: the function of the kernel in which it sleeps. */
function hasHangingThread(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).some(
    (thread) => readFileSync(`/proc/${pid}/task/${thread}/wchan`, 'latin1') === 'wait_for_partner',
  );
}

/** See proc(5): a mask of the signals that the process has not heard of yet. */
function hasPendingSignal(pid: number): boolean {
  return !/^ShdPnd:\s*0+$/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
}
