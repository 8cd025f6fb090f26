/**
 * Our own non-exclusive lock, compatible with restic: made, checked again after a while, renewed, removed. Other
 * processes may lock at the same moment; both see each other because each looks after writing.
 */

import type { Reporter } from '../../../report.ts';
import { BackendError } from '../../backend/errors.ts';
import { RepositoryError } from '../../errors.ts';
import type { Clock } from './clock.ts';
import type { LockInfo } from './lock-file.ts';
import type { LockFiles } from './lock-files.ts';
import type { RenewableLock } from './lock-refresher.ts';
import { refuseExclusive } from './other-locks.ts';

/** restic waits as long between writing its lock and looking for others again (lock_file.go). */
const SECOND_LOOK_AFTER_MS = 200;
/** For removing lock files when the signal of everything else has aborted already. */
const REMOVAL_DEADLINE_MS = 60_000;

export interface LockOptions {
  readonly files: LockFiles;
  readonly clock: Clock;
  readonly reporter: Reporter;
  /** Who we are; the time is filled in. */
  readonly owner: Omit<LockInfo, 'time' | 'exclusive'>;
}

export class RepositoryLock implements RenewableLock {
  readonly #options: LockOptions;
  /** Every file of ours that may be there: also one whose writing failed, or whose removal did. */
  readonly #ours = new Set<string>();
  #current = '';
  #time = 0;

  private constructor(options: LockOptions) {
    this.#options = options;
  }

  /**
   * Writes our lock unless an exclusive one is there. It counts only once `confirm()` has resolved; what is
   * read meanwhile is protected already. Rejects with RepositoryError `locked`.
   */
  static async create(options: LockOptions, signal: AbortSignal): Promise<RepositoryLock> {
    const lock = new RepositoryLock(options);
    await refuseExclusive(options, [], signal);
    try {
      lock.#adopt(await lock.#write(signal));
    } catch (error) {
      // Where nothing can be written nothing can be removed: the first failure says it all.
      await lock.release().catch(() => undefined);
      throw cannotLock(error);
    }
    return lock;
  }

  /** Looks for exclusive locks once more: somebody may have written one while we wrote ours. */
  async confirm(signal: AbortSignal): Promise<void> {
    await this.#options.clock.wait(SECOND_LOOK_AFTER_MS, signal);
    await refuseExclusive(this.#options, this.#ours, signal);
  }

  get time(): number {
    return this.#time;
  }

  async renew(signal: AbortSignal): Promise<void> {
    await this.#requireStanding(signal);
    await this.#replaceBy(await this.#write(signal));
  }

  async renewExpired(signal: AbortSignal): Promise<void> {
    await this.#requireStanding(signal);
    const fresh = await this.#write(signal);
    try {
      await this.#options.clock.wait(SECOND_LOOK_AFTER_MS, signal);
      // Somebody may have taken the old one for stale just now, and us for dead.
      await this.#requireStanding(signal);
    } catch (error) {
      await this.#remove(fresh.name).catch(() => undefined);
      throw error;
    }
    await this.#replaceBy(fresh);
  }

  /** Removes what there is of ours, with a deadline of its own. Not while a renewal is under way. Idempotent. */
  async release(): Promise<void> {
    // A storage that hangs keeps what it may still write to itself: the removal is tried all the same.
    await this.#options.files.written(AbortSignal.timeout(REMOVAL_DEADLINE_MS)).catch(() => undefined);
    const removals = await Promise.allSettled([...this.#ours].map((name) => this.#remove(name)));
    const failed = removals.find((removal) => removal.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #write(signal: AbortSignal): Promise<{ name: string; time: number }> {
    const { files, clock, owner } = this.#options;
    const time = clock.now();
    const sealed = files.seal({ ...owner, time, exclusive: false });
    this.#ours.add(sealed.name);
    await files.write(sealed, signal);
    return { name: sealed.name, time };
  }

  #adopt({ name, time }: { name: string; time: number }): void {
    this.#current = name;
    this.#time = time;
  }

  /** The new file counts from here on; an old one that cannot be removed now is removed in the end. */
  async #replaceBy(fresh: { name: string; time: number }): Promise<void> {
    const old = [...this.#ours].filter((name) => name !== fresh.name);
    this.#adopt(fresh);
    const removals = await Promise.allSettled(old.map((name) => this.#remove(name)));
    for (const removal of removals) {
      if (removal.status === 'rejected')
        this.#options.reporter.detail(`An old lock stays: ${removal.reason}`);
    }
  }

  async #remove(name: string): Promise<void> {
    await this.#options.files.remove(name, AbortSignal.timeout(REMOVAL_DEADLINE_MS));
    this.#ours.delete(name);
  }

  async #requireStanding(signal: AbortSignal): Promise<void> {
    const names = await this.#options.files.names(signal);
    if (names.includes(this.#current)) return;
    throw new RepositoryError(
      'lost',
      `The lock ${this.#current.slice(0, 8)} was removed by somebody else, what it protected may be removed too`,
    );
  }
}

function cannotLock(error: unknown): unknown {
  if (!(error instanceof BackendError)) return error;
  const cure = error.code === 'denied' ? ', use --no-lock for a repository that you may only read' : '';
  return new RepositoryError('unavailable', `Cannot lock the repository${cure}: ${error.message}`, {
    cause: error,
  });
}
