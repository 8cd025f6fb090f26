/** Every lock file of a repository with its state, for whoever shows or removes them. Takes part in no locking. */

import { RepositoryError } from '../../errors.ts';
import { asRepositoryError } from '../storage-failure.ts';
import type { Clock } from './clock.ts';
import type { LockInfo } from './lock-file.ts';
import type { LockFiles } from './lock-files.ts';
import { judgeLock, type Surroundings } from './lock-state.ts';

export type ListedLock = {
  /** 64 hex digits. */
  readonly id: string;
} & (
  | { readonly state: 'live'; readonly lock: LockInfo }
  | { readonly state: 'stale'; readonly lock: LockInfo; readonly reason: string }
  /** Damaged, of another key, or in the middle of being written: nobody may lock exclusively beside it. */
  | { readonly state: 'unreadable'; readonly reason: string }
);

export interface LockListOptions {
  readonly files: LockFiles;
  readonly clock: Clock;
  readonly here: Surroundings;
}

/** Methods reject with RepositoryError, or with `signal.reason`. */
export class LockList {
  readonly #options: LockListOptions;

  constructor(options: LockListOptions) {
    this.#options = options;
  }

  /** As they are now, oldest first, those that cannot be read last. */
  async list(signal: AbortSignal): Promise<readonly ListedLock[]> {
    const { files } = this.#options;
    try {
      const names = await files.names(signal);
      const locks = await Promise.all(names.map((name) => this.#look(name, signal)));
      return locks.filter((lock) => lock !== undefined).sort((a, b) => timeOf(a) - timeOf(b));
    } catch (error) {
      throw asRepositoryError(error);
    }
  }

  /** Whoever holds it loses it. Removing what is not there is not an error. */
  async remove(id: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.files.remove(id, signal);
    } catch (error) {
      throw asRepositoryError(error);
    }
  }

  /** Undefined for one that went meanwhile. */
  async #look(id: string, signal: AbortSignal): Promise<ListedLock | undefined> {
    const { files, clock, here } = this.#options;
    try {
      const lock = await files.read(id, signal);
      if (lock === 'gone') return undefined;
      if (lock === 'empty') return { id, state: 'unreadable', reason: `Lock ${id} is empty` };
      const { stale } = await judgeLock(lock, clock.now(), here);
      return stale === undefined ? { id, state: 'live', lock } : { id, state: 'stale', lock, reason: stale };
    } catch (error) {
      if (!(error instanceof RepositoryError && error.code === 'damaged')) throw error;
      return { id, state: 'unreadable', reason: error.message };
    }
  }
}

function timeOf(listed: ListedLock): number {
  return listed.state === 'unreadable' ? Number.POSITIVE_INFINITY : listed.lock.time;
}
