/**
 * kill -9 at 50 random moments, from a program that has just been started to a mount that has served for a while: the
 * next mount at the same place succeeds each time by itself, shows the right bytes, and leaves nothing when it ends.
 */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeRandomBelow } from '../src/testing/random.ts';
import { smallRepository } from './support/fixtures.ts';
import { isMounted, locksIn, type MountRequest, mount, startMount } from './support/mount.ts';
import { asOrdinaryUser, giveToNobody, installPackage, ownFolder } from './support/ordinary-user.ts';
import { needs } from './support/require-tool.ts';
import { systemRestic } from './support/restic.ts';
import { output } from './support/run.ts';
import { snapmount } from './support/snapmount.ts';
import { watchersOf } from './support/watchers.ts';

/** Runs at once, each with a repository of its own. */
const LANES = 2;
const MOMENTS_OF_ROOT = 30;
const MOMENTS_OF_USER = 20;
/** How long a mount serves before it is killed, at most. */
const SERVING_MS = 300;
const TWO_HOURS_SECONDS = 7200;

const seed = Number(process.env.SNAPMOUNT_TEST_SEED ?? Date.now() % 1_000_000);

describe('killed at any moment', needs('root', 'restic', '/dev/fuse'), () => {
  test('a mount of root is followed by one that works and leaves nothing', async () => {
    const makeFolder = () => mkdtempSync(join(tmpdir(), 'snapmount-killed-'));
    await killInLanes({}, makeFolder, MOMENTS_OF_ROOT);
  });

  describe('as an ordinary user', needs('/dev/fuse for everybody', 'fusermount3', 'setpriv'), () => {
    let program: string;
    beforeAll(async () => {
      program = join(await installPackage(), 'bin', 'snapmount.cjs');
    });

    test('a mount of an ordinary user is followed by one that works and leaves nothing', async () => {
      await killInLanes({ prefix: asOrdinaryUser, program }, ownFolder, MOMENTS_OF_USER);
    });
  });
});

async function killInLanes(request: MountRequest, makeFolder: () => string, moments: number): Promise<void> {
  process.stderr.write(`Moments from SNAPMOUNT_TEST_SEED=${seed}\n`);
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    const random = makeRandomBelow(seed + lane);
    const repository = await smallRepository(systemRestic());
    await giveToNobody(repository);
    const span = (await timeToServe(repository, { ...request, mountpoint: makeFolder() })) + SERVING_MS;
    for (let round = 0; round < moments / LANES; round++) {
      const moment = random(span);
      const what = `killed after ${moment} ms (seed ${seed}, lane ${lane}, round ${round})`;
      await killAndMountAgain(repository, { ...request, mountpoint: makeFolder() }, moment, what);
    }
    await expectNoTemporaryFiles(repository);
  });
  await Promise.all(lanes);
}

/** Milliseconds, for the very repository, user and machine. */
async function timeToServe(repository: string, request: MountRequest): Promise<number> {
  const began = performance.now();
  const mounted = await mount(repository, request);
  const span = performance.now() - began;
  await mounted.unmount();
  return Math.ceil(span);
}

async function killAndMountAgain(
  repository: string,
  request: MountRequest & { readonly mountpoint: string },
  moment: number,
  what: string,
): Promise<void> {
  await killAfter(moment, startMount(repository, request.mountpoint, request));
  const mounted = await mount(repository, request);
  const { prefix = [] } = request;
  const [command = '', ...args] = [...prefix, 'cat', join(mounted.path, 'snapshots/latest/folder/file')];
  expect(await output(command, args), what).toBe('the file\n');
  await mounted.unmount();
  expect(mounted.stderr(), what).toBe('');
  expect(isMounted(mounted.path), what).toBe(false);
  expect(watchersOf(mounted.path), what).toEqual([]);
  expect(locksIn(repository).filter(isLock), what).toEqual([]);
}

/** The moment may be one before the program has begun, or long after it served. */
async function killAfter(milliseconds: number, child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  await sleep(milliseconds);
  child.kill('SIGKILL');
  await exited;
  expect(child.signalCode).toBe('SIGKILL');
}

function isLock(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

/** Those that were killed while they were written are removed once they are old enough to be nobody's. */
async function expectNoTemporaryFiles(repository: string): Promise<void> {
  const before = Date.now() / 1000 - TWO_HOURS_SECONDS;
  for (const name of locksIn(repository)) utimesSync(join(repository, 'locks', name), before, before);
  expect(await snapmount(['-r', repository, 'ls', 'latest'])).toMatchObject({ code: 0, stderr: '' });
  expect(locksIn(repository)).toEqual([]);
}
