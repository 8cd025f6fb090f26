/**
 * 100 mounts in one process, ended in every way while programs read from them: nothing stays behind, and nobody has
 * read a wrong byte. What runs is `programs/mount-cycles.mjs`, on the built program.
 */

import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectFolder, readableRepository, temporaryFolder } from './support/fixtures.ts';
import { isMounted, locksIn } from './support/mount.ts';
import { asOrdinaryUser, giveToNobody, installPackage, ownFolder } from './support/ordinary-user.ts';
import { needs } from './support/require-tool.ts';
import { PASSWORD, systemRestic } from './support/restic.ts';
import { output, run } from './support/run.ts';

const CYCLES = 100;
const CYCLES_OF_USER = 25;
/** For what does not end by itself. */
const LIMIT_SECONDS = 240;
const TIMEOUT = (LIMIT_SECONDS + 10) * 1000;

const programs = join(import.meta.dirname, 'programs');

describe('mounts and unmounts under reading load', needs('root', 'restic', '/dev/fuse', 'perl'), () => {
  test('leave nothing behind, as root', { timeout: TIMEOUT }, async () => {
    const { repository, tree } = await readableRepository(systemRestic());
    const mountpoint = join(await temporaryFolder(), 'mnt');
    await mkdir(mountpoint);
    const args = [join(programs, 'mount-cycles.mjs'), projectFolder, repository, mountpoint, tree];
    await expectNothingLeft([process.execPath, ...args], CYCLES);
    expect(isMounted(mountpoint)).toBe(false);
    expect(locksIn(repository)).toEqual([]);
  });

  test('leave nothing behind, as an ordinary user', {
    ...needs('/dev/fuse for everybody', 'fusermount3', 'setpriv'),
    timeout: TIMEOUT,
  }, async () => {
    const made = await readableRepository(systemRestic());
    const installed = await installPackage();
    // Where that user can read it.
    await cp(programs, join(installed, 'programs'), { recursive: true });
    const tree = join(await temporaryFolder(), 'tree');
    await output('cp', ['-a', made.tree, tree]);
    await Promise.all([giveToNobody(made.repository), giveToNobody(tree)]);
    const program = join(installed, 'programs', 'mount-cycles.mjs');
    const mountpoint = ownFolder();
    const args = [program, installed, made.repository, mountpoint, tree];
    await expectNothingLeft([...asOrdinaryUser, process.execPath, ...args], CYCLES_OF_USER);
    expect(isMounted(mountpoint)).toBe(false);
    expect(locksIn(made.repository)).toEqual([]);
  });
});

async function expectNothingLeft(commandLine: readonly string[], cycles: number): Promise<void> {
  const outcome = await run('timeout', [String(LIMIT_SECONDS), ...commandLine, String(cycles)], {
    env: { RESTIC_PASSWORD: PASSWORD },
  });
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  const { read, endings, ...left } = JSON.parse(outcome.stdout);
  expect(left).toEqual({
    deadMountpoints: 0,
    locks: 0,
    failures: [],
    warnings: [],
    wrong: [],
    descriptorsLeft: [],
    threadsLeft: 0,
    childrenLeft: [],
    resourcesLeft: [],
    unhandledRejections: [],
  });
  // The readers did read, each of them.
  expect(Math.min(...Object.values<number>(read)), JSON.stringify(read)).toBeGreaterThan(cycles / 10);
  const ended = Object.values<number>(endings).reduce((sum, count) => sum + count, 0);
  expect(ended).toBeGreaterThanOrEqual(cycles);
}
