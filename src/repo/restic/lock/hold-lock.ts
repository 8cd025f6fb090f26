/** Tries for a lock until it is held or the time for trying is over, and uses the waiting to load. */

import { RepositoryError } from '../../errors.ts';
import { removeDeadLocks } from './dead-locks.ts';
import { type LockOptions, RepositoryLock } from './repository-lock.ts';

/** restic's pauses between two tries. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

export interface HoldLockOptions extends LockOptions {
  /** How long to go on trying while another process holds an exclusive lock; 0 for a single try. */
  readonly retryMs: number;
  /**
   * Work that the lock protects, done while it is being confirmed; done again after a failed try, when nothing may
   * be where it was.
   */
  readonly meanwhile: (signal: AbortSignal) => Promise<unknown>;
}

/** Resolves with a confirmed lock once `meanwhile` is done too. Leaves no lock behind when it rejects. */
export async function holdLock(options: HoldLockOptions, signal: AbortSignal): Promise<RepositoryLock> {
  const { clock } = options;
  const deadline = clock.now() + options.retryMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await tryOnce(options, signal);
    } catch (error) {
      const left = deadline - clock.now();
      if (!(error instanceof RepositoryError && error.code === 'locked') || left <= 0) throw error;
      options.reporter.note(`${error.message}; trying again for ${Math.ceil(left / 1000)} s`);
      await clock.wait(Math.min(pause, left), signal);
    }
  }
}

async function tryOnce(options: HoldLockOptions, signal: AbortSignal): Promise<RepositoryLock> {
  const lock = await RepositoryLock.create(options, signal);
  const failed = new AbortController();
  const trying = AbortSignal.any([signal, failed.signal]);
  const both = [confirm(lock, options, trying), options.meanwhile(trying)];
  try {
    await Promise.all(both);
    return lock;
  } catch (error) {
    // The lock first: whoever has the other one waits for ours to go, and loading may take its time to end.
    failed.abort(error);
    await lock.release().catch((failure: Error) => options.reporter.warn(failure.message));
    await Promise.allSettled(both);
    throw error;
  }
}

async function confirm(lock: RepositoryLock, options: LockOptions, signal: AbortSignal): Promise<void> {
  const others = await lock.confirm(signal);
  await removeDeadLocks(options, others, signal);
}
