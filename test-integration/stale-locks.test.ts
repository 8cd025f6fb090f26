/** Locks that killed programs leave behind, and what becomes of them: the next run, `locks`, `unlock`. */

import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { smallRepository } from './support/fixtures.ts';
import { startLockHolder } from './support/lock-holder.ts';
import { locksIn, snapmountProgram } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { CLEAN_ENVIRONMENT, PASSWORD, resticOutput, restics } from './support/restic.ts';
import { type Outcome, output, run } from './support/run.ts';

const ENVIRONMENT = { ...CLEAN_ENVIRONMENT, RESTIC_PASSWORD: PASSWORD };

describe.each(restics)('with $name', needs('restic', 'script'), (restic) => {
  test('the lock of a killed run is named, stale, and removed by unlock', async () => {
    const repository = await smallRepository(restic);
    const { pid, lock } = await killedWithItsLock(repository);
    const [listed] = parseLines((await snapmount(repository, ['locks', '--json'])).stdout);
    expect(listed).toMatchObject({
      id: lock,
      hostname: hostname(),
      pid,
      exclusive: false,
      program: 'snapmount',
      stale: true,
      reason: 'its process has ended',
    });
    const table = await snapmount(repository, ['locks']);
    expect(table.stdout).toMatch(
      new RegExp(`^${lock.slice(0, 8)} .* ${pid} .* no +stale: its process has ended$`, 'm'),
    );
    const unlocked = await snapmount(repository, ['unlock']);
    expect(unlocked).toMatchObject({ code: 0, stderr: '' });
    expect(unlocked.stdout).toMatch(
      new RegExp(`^Removed lock ${lock.slice(0, 8)} of PID ${pid} on .*: its process has ended\n$`),
    );
    expect(locksIn(repository)).toEqual([]);
    expect((await snapmount(repository, ['unlock'])).stdout).toBe('No stale locks\n');
    expect((await snapmount(repository, ['locks'])).stdout).toBe('No locks\n');
    expect((await snapmount(repository, ['locks', '--json'])).stdout).toBe('');
  });

  test('the lock of a killed run is removed by the next run, which says so', async () => {
    const repository = await smallRepository(restic);
    const { pid } = await killedWithItsLock(repository);
    // Notes of commands that print data are for terminals only.
    const line = `"${process.execPath}" "${snapmountProgram}" -r "${repository}" ls latest`;
    const said = await output('script', ['-qec', line, '/dev/null'], { env: ENVIRONMENT });
    expect(said).toContain(`Removed the lock of PID ${pid}, which ended without removing it`);
    expect(locksIn(repository)).toEqual([]);
    await resticOutput(restic, repository, ['prune']);
  });

  test('a lock of restic is left alone by a run, also when its process has ended', async () => {
    const repository = await smallRepository(restic);
    const { lock } = await killedRestic(restic.program, repository);
    await snapmount(repository, ['ls', 'latest']);
    expect(locksIn(repository)).toEqual([lock]);
    expect((await snapmount(repository, ['unlock'])).stdout).toMatch(/^Removed lock /);
    expect(locksIn(repository)).toEqual([]);
  });

  test('an exclusive lock of a process that has ended is named as stale, with a cure that works', async () => {
    const repository = await smallRepository(restic);
    const { pid } = await killedRestic(restic.program, repository, ['prune']);
    const refused = await snapmount(repository, ['ls', 'latest']);
    expect(refused.code).toBe(11);
    expect(refused.stderr).toMatch(
      new RegExp(
        `^snapmount: .*PID ${pid} on .*stale, its process has ended: 'snapmount unlock' removes it.*\n$`,
      ),
    );
    expect((await snapmount(repository, ['unlock'])).code).toBe(0);
    expect((await snapmount(repository, ['ls', 'latest'])).code).toBe(0);
  });

  test('a lock that cannot be read is listed, and goes by --remove-all alone', async () => {
    const repository = await smallRepository(restic);
    const lock = 'a'.repeat(64);
    writeFileSync(join(repository, 'locks', lock), 'not a lock');
    const [listed] = parseLines((await snapmount(repository, ['locks', '--json'])).stdout);
    expect(listed).toMatchObject({ id: lock, unreadable: true, stale: false });
    const kept = await snapmount(repository, ['unlock', '--json']);
    expect(parseLines(kept.stdout)).toMatchObject([{ id: lock, removed: false }]);
    const removed = await snapmount(repository, ['unlock', '--remove-all', '--json']);
    expect(parseLines(removed.stdout)).toMatchObject([{ id: lock, removed: true }]);
    expect(locksIn(repository)).toEqual([]);
  });

  test('locks and unlock need the password, and say where there is no repository', async () => {
    const repository = await smallRepository(restic);
    const wrong = { ...ENVIRONMENT, RESTIC_PASSWORD: 'wrong' };
    for (const command of ['locks', 'unlock']) {
      expect((await snapmount(repository, [command], wrong)).code).toBe(12);
      expect((await snapmount('/no/such/repository', [command])).code).toBe(10);
    }
  });
});

function snapmount(
  repository: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = ENVIRONMENT,
): Promise<Outcome> {
  return run(process.execPath, [snapmountProgram, '-r', repository, ...args], { env });
}

function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

/** A run that is killed as soon as its lock is there: it then waits whether others lock, too. */
function killedWithItsLock(repository: string) {
  return killedWhenItLocks(repository, process.execPath, [snapmountProgram, '-r', repository, 'snapshots']);
}

function killedRestic(program: string, repository: string, command: readonly string[] = ['snapshots']) {
  return killedWhenItLocks(repository, program, ['--no-cache', '-r', repository, ...command]);
}

async function killedWhenItLocks(repository: string, program: string, args: readonly string[]) {
  const holder = await startLockHolder(repository, program, args);
  await holder.kill();
  expect(locksIn(repository)).toEqual([holder.lock]);
  return holder;
}
