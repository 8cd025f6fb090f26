/**
 * A non-exclusive lock in the repository, compatible with restic: made, checked again after a while, removed.
 * Other processes may lock at the same moment; both see each other because each looks after writing.
 */

import { createHash } from 'node:crypto';
import type { Reporter } from '../../report.ts';
import type { Backend } from '../backend/backend.ts';
import { BackendError } from '../backend/errors.ts';
import { RepositoryError } from '../errors.ts';
import { sleep } from '../sleep.ts';
import type { CipherSuite } from './crypto/cipher-suite.ts';
import { decodeLock, describeLock, encodeLock, type LockInfo, STALE_AFTER_MS } from './lock-file.ts';
import { openUnpacked, sealUnpacked } from './unpacked.ts';

/** restic waits as long between writing its lock and looking for others again (lock_file.go). */
const SECOND_LOOK_AFTER_MS = 200;
/** A lock that cannot be read may be in the middle of being written: restic's waits before it gives up. */
const UNREADABLE_WAITS_MS = [5_000, 10_000, 20_000];
/** For removing the lock at the end, when the signal of everything else has aborted already. */
const REMOVAL_DEADLINE_MS = 60_000;

export interface LockOptions {
  readonly backend: Backend;
  readonly suite: CipherSuite;
  readonly reporter: Reporter;
  /** Who we are; the time is filled in. */
  readonly owner: Omit<LockInfo, 'time' | 'exclusive'>;
  readonly now?: () => number;
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export class RepositoryLock {
  readonly #options: LockOptions;
  #name: string | undefined;

  private constructor(options: LockOptions) {
    this.#options = options;
  }

  /**
   * Writes our lock unless an exclusive one is there. It counts only once `confirm()` has resolved; what is
   * read meanwhile is protected already. Rejects with RepositoryError `locked`.
   */
  static async create(options: LockOptions, signal: AbortSignal): Promise<RepositoryLock> {
    const lock = new RepositoryLock(options);
    await lock.#refuseExclusive(signal);
    await lock.#write(signal);
    return lock;
  }

  /** Looks for exclusive locks once more: somebody may have written one while we wrote ours. */
  async confirm(signal: AbortSignal): Promise<void> {
    await this.#wait(SECOND_LOOK_AFTER_MS, signal);
    await this.#refuseExclusive(signal);
  }

  /** Removes the lock file, with a deadline of its own. Idempotent. */
  async release(): Promise<void> {
    const name = this.#name;
    if (name === undefined) return;
    await this.#options.backend.remove({ kind: 'lock', name }, AbortSignal.timeout(REMOVAL_DEADLINE_MS));
    this.#name = undefined;
  }

  async #write(signal: AbortSignal): Promise<void> {
    const { backend, suite, owner } = this.#options;
    const sealed = sealUnpacked(suite, encodeLock({ ...owner, time: this.#now(), exclusive: false }));
    const name = createHash('sha256').update(sealed).digest('hex');
    // A write may fail after all was done: what could be there is ours to remove.
    this.#name = name;
    try {
      await backend.write({ kind: 'lock', name }, sealed, signal);
    } catch (error) {
      // Where nothing can be written nothing can be removed: the first failure says it all.
      await this.release().catch(() => undefined);
      throw cannotLock(error);
    }
  }

  async #refuseExclusive(signal: AbortSignal): Promise<void> {
    const checked = new Set(this.#name === undefined ? [] : [this.#name]);
    for (const pause of [...UNREADABLE_WAITS_MS, undefined]) {
      const unreadable = await this.#check(checked, signal);
      if (unreadable === undefined) return;
      if (pause === undefined) throw unreadable;
      this.#options.reporter.note(`Waiting for a lock that cannot be read yet: ${unreadable.message}`);
      await this.#wait(pause, signal);
    }
  }

  /** Looks at every lock not yet in `checked`. Returns why one could not be read. */
  async #check(checked: Set<string>, signal: AbortSignal): Promise<RepositoryError | undefined> {
    let unreadable: RepositoryError | undefined;
    for (const name of await this.#options.backend.list('lock', signal)) {
      if (checked.has(name)) continue;
      try {
        const lock = await this.#read(name, signal);
        if (lock?.exclusive) throw lockedBy(name, lock, this.#now());
        checked.add(name);
      } catch (error) {
        if (error instanceof RepositoryError && error.code === 'damaged') unreadable = error;
        else if (error instanceof BackendError) unreadable = invalidLock(name, error);
        else throw error;
      }
    }
    return unreadable;
  }

  /** Undefined for a lock that is gone, and for an empty one, which an interrupted upload leaves behind. */
  async #read(name: string, signal: AbortSignal): Promise<LockInfo | undefined> {
    const { backend, suite } = this.#options;
    try {
      const sealed = await backend.read({ kind: 'lock', name }, undefined, signal);
      if (sealed.byteLength === 0) return undefined;
      return decodeLock(await openUnpacked(suite, sealed, { kind: 'lock', name }));
    } catch (error) {
      if (error instanceof BackendError && error.code === 'not-found') return undefined;
      if (error instanceof RepositoryError) throw invalidLock(name, error);
      throw error;
    }
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }

  #wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return (this.#options.wait ?? sleep)(milliseconds, signal);
  }
}

function lockedBy(name: string, lock: LockInfo, now: number): RepositoryError {
  const stale = now - lock.time > STALE_AFTER_MS ? '; it is stale' : '';
  return new RepositoryError(
    'locked',
    `The repository is locked exclusively by ${describeLock(lock, now)}${stale}: wait until that ends, or remove stale locks with 'restic unlock' (lock ${name.slice(0, 8)})`,
  );
}

function invalidLock(name: string, cause: Error): RepositoryError {
  return new RepositoryError(
    'damaged',
    `Lock ${name} cannot be read: ${cause.message}; 'restic unlock --remove-all' removes it`,
    { cause },
  );
}

function cannotLock(error: unknown): RepositoryError {
  if (!(error instanceof BackendError)) throw error;
  const cure = error.code === 'denied' ? ', use --no-lock for a repository that you may only read' : '';
  return new RepositoryError('unavailable', `Cannot lock the repository${cure}: ${error.message}`, {
    cause: error,
  });
}
