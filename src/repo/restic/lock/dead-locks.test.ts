import { describe, expect, test } from 'vitest';
import { BackendError } from '../../backend/errors.ts';
import { MemoryBackend } from '../../backend/testing/memory-backend.ts';
import { MemoryReporter } from '../../testing/memory-reporter.ts';
import { holdLock } from './hold-lock.ts';
import type { LockInfo } from './lock-file.ts';
import { LockFiles } from './lock-files.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { addLock, here, locksOf, owner, suite } from './testing/locks.ts';

const never = new AbortController().signal;
const ours = { program: 'snapmount', process: 'boot/pid:[1]/42' };
const gone = { pid: 12_345 };
const old = { time: Date.parse('2026-11-20T08:29:00Z') };

/** Takes a lock beside one that the change describes. */
async function lockBeside(change: Partial<LockInfo>, prepare = (_backend: MemoryBackend): void => undefined) {
  const backend = new MemoryBackend();
  const clock = new FakeClock();
  const reporter = new MemoryReporter();
  const other = addLock(backend, change);
  prepare(backend);
  const files = new LockFiles(backend, suite);
  const options = { files, clock, reporter, owner, here, retryMs: 0, meanwhile: async () => undefined };
  const lock = await clock.run(holdLock(options, never));
  return { stays: locksOf(backend).includes(other), other, reporter, backend, lock };
}

describe('A lock that is taken clears away', () => {
  test('the lock of an earlier run that was killed, and says so', async () => {
    const { stays, reporter } = await lockBeside({ ...ours, ...gone });
    expect(stays).toBe(false);
    expect(reporter.notes).toEqual(['Removed the lock of PID 12345, which ended without removing it']);
  });

  test('an old one of this host whose process cannot be told any more, as after a restart', async () => {
    const { stays, reporter } = await lockBeside({ ...ours, ...old, pid: 100_000 });
    expect(stays).toBe(false);
    expect(reporter.notes).toEqual([
      'Removed the lock of PID 100000, which has not refreshed it for 30 minutes',
    ]);
  });

  test.each<[what: string, Partial<LockInfo>]>([
    ['of restic whose process has ended', gone],
    ['of restic that is old', old],
    ['of ours whose process lives', ours],
    ['of ours whose process cannot be told and that is fresh', { ...ours, pid: 100_000 }],
    ['of ours whose process lives and may have slept', { ...ours, ...old }],
    ['of ours that only a number tells', { program: 'snapmount', ...gone }],
    ['of ours on another host', { ...ours, ...gone, ...old, hostname: 'there' }],
  ])('no lock %s', async (_what, change) => {
    const { stays, reporter, backend } = await lockBeside(change);
    expect(stays).toBe(true);
    expect(reporter.notes).toEqual([]);
    expect(backend.calls.filter((call) => call.startsWith('remove'))).toEqual([]);
  });

  test('nothing silently: stale locks of others are named under -v', async () => {
    const { reporter, other } = await lockBeside(gone);
    const [line] = reporter.details;
    expect(line).toMatch(/of PID 12345 on here by me, .* is stale: its process has ended$/);
    expect(line).toContain(other.slice(5, 13));
  });

  test('what it can, and is held all the same where it cannot', async () => {
    const { stays, reporter, backend, lock } = await lockBeside({ ...ours, ...gone }, (storage) => {
      storage.before = async (operation) => {
        if (operation === 'remove') throw new BackendError('denied', 'Permission denied');
      };
    });
    expect(stays).toBe(true);
    expect(reporter.notes).toEqual([]);
    expect(reporter.warnings).toEqual([]);
    expect(reporter.details).toEqual([expect.stringMatching(/PID 12345.*Permission denied/)]);
    backend.before = async () => undefined;
    await lock.release();
    expect(locksOf(backend)).toHaveLength(1);
  });
});
