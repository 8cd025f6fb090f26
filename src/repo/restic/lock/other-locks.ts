/** Whether somebody else's lock excludes ours. */

import type { Reporter } from '../../../report.ts';
import { RepositoryError } from '../../errors.ts';
import type { Clock } from './clock.ts';
import { describeLock, type LockInfo, STALE_AFTER_MS } from './lock-file.ts';
import type { LockFiles } from './lock-files.ts';

/** A lock that cannot be read may be in the middle of being written: restic's waits before it gives up. */
const UNREADABLE_WAITS_MS = [5_000, 10_000, 20_000];

export interface OtherLocksOptions {
  readonly files: LockFiles;
  readonly clock: Clock;
  readonly reporter: Reporter;
}

/**
 * Resolves if no exclusive lock is there beside `own`. Rejects with RepositoryError: `locked`, or `damaged` for a
 * lock that stays unreadable.
 */
export async function refuseExclusive(
  options: OtherLocksOptions,
  own: Iterable<string>,
  signal: AbortSignal,
): Promise<void> {
  const checked = new Set(own);
  for (const pause of [...UNREADABLE_WAITS_MS, undefined]) {
    const unreadable = await check(options, checked, signal);
    if (unreadable === undefined) return;
    if (pause === undefined) throw unreadable;
    options.reporter.note(`Waiting for a lock that cannot be read yet: ${unreadable.message}`);
    await options.clock.wait(pause, signal);
  }
}

/** Looks at every lock not yet in `checked`. Returns why one could not be read. */
async function check(
  { files, clock }: OtherLocksOptions,
  checked: Set<string>,
  signal: AbortSignal,
): Promise<RepositoryError | undefined> {
  let unreadable: RepositoryError | undefined;
  for (const name of await files.names(signal)) {
    if (checked.has(name)) continue;
    try {
      const lock = await files.read(name, signal);
      if (lock?.exclusive) throw lockedBy(name, lock, clock.now());
      checked.add(name);
    } catch (error) {
      if (!(error instanceof RepositoryError && error.code === 'damaged')) throw error;
      unreadable = error;
    }
  }
  return unreadable;
}

function lockedBy(name: string, lock: LockInfo, now: number): RepositoryError {
  const stale = now - lock.time > STALE_AFTER_MS ? '; it is stale' : '';
  return new RepositoryError(
    'locked',
    `The repository is locked exclusively by ${describeLock(lock, now)}${stale}: wait until that ends, or remove stale locks with 'restic unlock' (lock ${name.slice(0, 8)})`,
  );
}
