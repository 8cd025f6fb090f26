/** The locks of others: whether one of them excludes ours. Reads each lock file once; they never change. */

import type { Reporter } from '../../../report.ts';
import { RepositoryError } from '../../errors.ts';
import type { Clock } from './clock.ts';
import { describeLock, type LockInfo } from './lock-file.ts';
import type { LockFiles } from './lock-files.ts';
import { judgeLock, type Surroundings } from './lock-state.ts';

/** A lock that cannot be read may be in the middle of being written: restic's waits before it gives up. */
const UNREADABLE_WAITS_MS = [5_000, 10_000, 20_000];

export interface OtherLocksOptions {
  readonly files: LockFiles;
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly here: Surroundings;
}

export class OtherLocks {
  readonly #options: OtherLocksOptions;
  readonly #read = new Map<string, LockInfo>();

  constructor(options: OtherLocksOptions) {
    this.#options = options;
  }

  /**
   * The locks beside `own`, by name, if none of them is exclusive. Rejects with RepositoryError: `locked`, or `damaged`
   * for a lock that stays unreadable.
   */
  async refuseExclusive(
    own: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, LockInfo>> {
    const { clock, reporter } = this.#options;
    for (const pause of [...UNREADABLE_WAITS_MS, undefined]) {
      const { locks, unreadable } = await this.#look(own, signal);
      if (unreadable === undefined) return locks;
      if (pause === undefined) throw unreadable;
      reporter.note(`Waiting for a lock that cannot be read yet: ${unreadable.message}`);
      await clock.wait(pause, signal);
    }
    throw new Error('Not reached: the last look has no pause');
  }

  /** What is there now; `unreadable` says why one of them could not be read. */
  async #look(own: ReadonlySet<string>, signal: AbortSignal) {
    const locks = new Map<string, LockInfo>();
    let unreadable: RepositoryError | undefined;
    for (const name of await this.#options.files.names(signal)) {
      if (own.has(name)) continue;
      try {
        const lock = await this.#lock(name, signal);
        if (typeof lock === 'string') continue;
        if (lock.exclusive) throw await this.#lockedBy(name, lock);
        locks.set(name, lock);
      } catch (error) {
        if (!(error instanceof RepositoryError && error.code === 'damaged')) throw error;
        unreadable = error;
      }
    }
    return { locks, unreadable };
  }

  async #lock(name: string, signal: AbortSignal): Promise<LockInfo | 'gone' | 'empty'> {
    const lock = this.#read.get(name) ?? (await this.#options.files.read(name, signal));
    if (typeof lock !== 'string') this.#read.set(name, lock);
    return lock;
  }

  async #lockedBy(name: string, lock: LockInfo): Promise<RepositoryError> {
    const now = this.#options.clock.now();
    const { stale } = await judgeLock(lock, now, this.#options.here);
    const advice =
      stale === undefined
        ? 'wait until that ends'
        : `that lock is stale, ${stale}: 'snapmount unlock' removes it`;
    return new RepositoryError(
      'locked',
      `The repository is locked exclusively by ${describeLock(lock, now)}, ${advice} (lock ${name.slice(0, 8)})`,
    );
  }
}
