/**
 * The parts of a mount in a program that never ends itself: it ends, and so leaves no timer, no thread, no process and
 * no descriptor, however the life of the mount ends or fails.
 */

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectFolder, smallRepository, temporaryFolder } from './support/fixtures.ts';
import { startLockHolder } from './support/lock-holder.ts';
import { needs } from './support/require-tool.ts';
import { PASSWORD, systemRestic } from './support/restic.ts';
import { run } from './support/run.ts';

/** For what does not end by itself. */
const LIMIT_SECONDS = '60';
const programs = join(import.meta.dirname, 'programs');

describe(
  'the life of a mount leaves nothing that keeps its process',
  needs('root', 'restic', '/dev/fuse'),
  () => {
    const nothing = {
      descriptors: [],
      threads: 0,
      children: [],
      resources: [],
      unhandledRejections: [],
      mounted: false,
    };
    const read = { ending: 'stopped', snapshots: 1, content: 'first\n' };

    test('when it was read from and stopped', async () => {
      expect(await life()).toEqual({ outcome: read, left: nothing });
    });

    test.each([
      ['the password is wrong', { password: 'wrong' }, 'wrong-password'],
      ['it is stopped while it opens', { scenario: 'stopped-opening' }, 'Stopped'],
      ['it is stopped while it mounts', { scenario: 'stopped-mounting' }, 'Stopped'],
      ['there is no mountpoint', { mountpoint: '/no/such/folder' }, 'failed'],
      ['there is no repository', { repository: '/no/such/folder' }, 'no-repository'],
    ])('when %s', async (_, how, outcome) => {
      expect(await life(how)).toEqual({ outcome, left: nothing });
    });

    test('when the repository is locked', async () => {
      const repository = await smallRepository(systemRestic());
      const prune = await startLockHolder(repository, systemRestic().program, [
        '--no-cache',
        '-r',
        repository,
        'prune',
      ]);
      prune.child.kill('SIGSTOP');
      try {
        expect(await life({ repository })).toEqual({ outcome: 'locked', left: nothing });
      } finally {
        await prune.kill();
      }
    });

    test('and a timer that is left is seen, and keeps it', async () => {
      const outcome = await startLife({ scenario: 'leak', limit: '5' });
      expect(JSON.parse(outcome.stdout)).toEqual({
        outcome: read,
        left: { ...nothing, resources: ['Timeout'] },
      });
      expect(outcome.code).toBe(124);
    });
  },
);

interface Life {
  readonly scenario?: string;
  readonly password?: string;
  readonly repository?: string;
  readonly mountpoint?: string;
  readonly limit?: string;
}

async function life(how: Life = {}): Promise<unknown> {
  const outcome = await startLife(how);
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(outcome.stdout);
}

async function startLife({ scenario, password = PASSWORD, repository, mountpoint, limit }: Life) {
  const program = join(programs, 'one-life.mjs');
  const location = repository ?? (await smallRepository(systemRestic()));
  const folder = mountpoint ?? (await temporaryFolder());
  const args = [program, projectFolder, location, folder, ...(scenario === undefined ? [] : [scenario])];
  return run('timeout', [limit ?? LIMIT_SECONDS, process.execPath, ...args], {
    env: { RESTIC_PASSWORD: password },
  });
}
