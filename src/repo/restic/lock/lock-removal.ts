/** Removing a lock file of ours in spite of a storage that fails for a while. Knows nothing of why it is removed. */

import type { Reporter } from '../../../report.ts';
import { BackendError } from '../../backend/errors.ts';
import { RepositoryError } from '../../errors.ts';
import type { Clock } from './clock.ts';
import type { LockFiles } from './lock-files.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;

export interface RemovalOptions {
  readonly files: LockFiles;
  readonly clock: Clock;
  readonly reporter: Reporter;
}

/**
 * Tries until the file is gone, the failure is one that stays, or `signal` aborts. Rejects with RepositoryError
 * `unavailable`, which names the lock and the cure.
 */
export async function removePersistently(
  { files, clock, reporter }: RemovalOptions,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await files.remove(name, signal);
    } catch (error) {
      const another = !signal.aborted && !(error instanceof BackendError && error.permanent);
      if (another && pause === FIRST_PAUSE_MS) {
        reporter.note(`Cannot remove our lock ${name.slice(0, 8)} yet, trying again: ${messageOf(error)}`);
      }
      if (!another || !(await waited(clock, pause, signal))) throw staysBehind(name, error);
    }
  }
}

/** False when the signal aborted first. */
function waited(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return clock.wait(milliseconds, signal).then(
    () => true,
    () => false,
  );
}

function staysBehind(name: string, cause: unknown): RepositoryError {
  return new RepositoryError(
    'unavailable',
    `Our lock ${name.slice(0, 8)} stays in the repository, 'snapmount unlock' removes it later: ${messageOf(cause)}`,
    { cause },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
