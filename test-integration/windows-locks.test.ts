/** Locks of Windows processes, under Wine: real restic reads them, and they go, whatever ends the process. */

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectFolder, smallRepository } from './support/fixtures.ts';
import { locksIn } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { PASSWORD, resticOutput, systemRestic } from './support/restic.ts';
import {
  installSnapmount,
  mountOnWindows,
  snapmountOnWindows,
  startSnapmount,
} from './support/windows/snapmount.ts';
import {
  endWine,
  installStandIn,
  killOnWindows,
  startWindowsNode,
  WINE_NEEDS,
  windowsPath,
} from './support/windows/wine.ts';

const PROGRAMS = join('test-integration', 'programs');
const CYCLES = 100;

describe('locks of Windows processes, under Wine,', needs('restic', ...WINE_NEEDS), () => {
  let installed: string;

  beforeAll(async () => {
    await installStandIn();
    installed = installSnapmount();
  });
  afterAll(endWine);

  async function listLocks(repository: string): Promise<Record<string, unknown>[]> {
    const { stdout } = await snapmountOnWindows(['locks', '--json', '-r', windowsPath(repository)]);
    const lines = stdout.split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  }

  test('are read by restic, stay while their process lives, and go with the mount', async () => {
    const restic = systemRestic();
    const repository = await smallRepository(restic);
    const mount = await mountOnWindows(windowsPath(repository), '*');
    const ids = (await resticOutput(restic, repository, ['list', 'locks', '--no-lock'])).trim().split('\n');
    expect(ids).toEqual(locksIn(repository));
    const lock = JSON.parse(await resticOutput(restic, repository, ['cat', 'lock', ids[0]!, '--no-lock']));
    expect(lock).toMatchObject({ username: expect.stringMatching(/^[^\\]+\\[^\\]+$/) });
    expect([lock.exclusive, lock.uid, lock.gid]).toEqual([false, undefined, undefined]);
    expect(Math.abs(Date.parse(lock.time) - Date.now())).toBeLessThan(60_000);
    const { hostname, username, pid } = lock;
    expect(await listLocks(repository)).toMatchObject([
      { id: ids[0], hostname, username, pid, stale: false },
    ]);
    const unlocked = await snapmountOnWindows(['unlock', '-r', windowsPath(repository)]);
    expect(unlocked.stdout).toBe('No stale locks\n1 live lock stays\n');
    await mount.breakDown();
    expect(locksIn(repository)).toEqual([]);
  });

  test('are stale once their process was killed, and removed by the next run, which says so', async () => {
    const repository = await smallRepository(systemRestic());
    const killed = await mountOnWindows(windowsPath(repository), '*');
    const [{ pid }] = (await listLocks(repository)) as [{ pid: number }];
    await killOnWindows(pid);
    await killed.ended;
    expect(await listLocks(repository)).toMatchObject([
      { pid, stale: true, reason: 'its process has ended' },
    ]);
    const next = startSnapmount(['mount', '-r', windowsPath(repository), '*']);
    const note = `Removed the lock of PID ${pid}, which ended without removing it`;
    await next.until((text) => text.includes(note) || undefined);
    await next.until((text) => text.includes('Now serving') || undefined);
    expect(await listLocks(repository)).toMatchObject([{ stale: false }]);
    const device = await next.device();
    device.breakDown();
    await next.ended;
    device.close();
    expect(locksIn(repository)).toEqual([]);
  });

  test('leave nothing behind after 100 lives, with renewals, failures and slow storage', async () => {
    const repository = await smallRepository(systemRestic());
    cpSync(join(projectFolder, PROGRAMS), join(installed, PROGRAMS), { recursive: true });
    const program = windowsPath(join(installed, PROGRAMS, 'lock-cycles.mjs'));
    const args = [program, windowsPath(repository), String(CYCLES)];
    const { ended, stdout, stderr } = startWindowsNode(installed, args, {
      env: { RESTIC_PASSWORD: PASSWORD },
    });
    expect(await ended, stderr()).toBe(0);
    const counts = JSON.parse(stdout());
    expect(counts, stdout()).toMatchObject({
      cycles: CYCLES,
      locksLeft: 0,
      callsAfterStop: 0,
      stopsRejected: 0,
      unhandledRejections: 0,
      timersAlive: 0,
    });
    for (const happened of ['refreshed', 'startsRejected', 'lost'])
      expect(counts[happened], stdout()).toBeGreaterThan(0);
    expect(locksIn(repository)).toEqual([]);
  });
});
