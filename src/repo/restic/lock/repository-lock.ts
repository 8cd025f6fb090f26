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
import { removePersistently } from './lock-removal.ts';
import type { Surroundings } from './lock-state.ts';
import { OtherLocks } from './other-locks.ts';
import type { LockOwner } from './this-process.ts';
import { withinTime } from './time-limit.ts';

/** restic waits as long between writing its lock and looking for others again (lock_file.go). */
const SECOND_LOOK_AFTER_MS = 200;
/** For removing lock files when the signal of everything else has aborted already; restic's is as long. */
const REMOVAL_LIMIT_MS = 60_000;

export interface LockOptions {
  readonly files: LockFiles;
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly owner: LockOwner;
  readonly here: Surroundings;
}

export class RepositoryLock implements RenewableLock {
  readonly #options: LockOptions;
  readonly #others: OtherLocks;
  /** Every file of ours that may be there: also one whose writing failed, or whose removal did. */
  readonly #ours = new Set<string>();
  #current = '';
  #time = 0;

  private constructor(options: LockOptions) {
    this.#options = options;
    this.#others = new OtherLocks(options);
  }

  /**
   * Writes our lock unless an exclusive one is there. It counts only once `confirm()` has resolved; what is
   * read meanwhile is protected already. Rejects with RepositoryError `locked`.
   */
  static async create(options: LockOptions, signal: AbortSignal): Promise<RepositoryLock> {
    const lock = new RepositoryLock(options);
    try {
      await lock.#others.refuseExclusive(lock.#ours, signal);
      lock.#adopt(await lock.#write(signal));
    } catch (error) {
      // Nothing of ours is there, and to remove it would be tried for a minute.
      if (isReadOnly(error)) throw cannotLock(error);
      // Where nothing can be written nothing can be removed: the first failure says it all.
      await lock.release().catch((failure: Error) => options.reporter.detail(failure.message));
      throw cannotLock(error);
    }
    return lock;
  }

  /**
   * Looks for exclusive locks once more: somebody may have written one while we wrote ours. Resolves with the others
   * that are there, by name.
   */
  async confirm(signal: AbortSignal): Promise<ReadonlyMap<string, LockInfo>> {
    await this.#options.clock.wait(SECOND_LOOK_AFTER_MS, signal);
    return this.#others.refuseExclusive(this.#ours, signal);
  }

  get time(): number {
    return this.#time;
  }

  async renew(signal: AbortSignal): Promise<void> {
    await this.#requireStanding(signal);
    await this.#replaceBy(await this.#write(signal), signal);
  }

  async renewExpired(signal: AbortSignal): Promise<void> {
    await this.#requireStanding(signal);
    const fresh = await this.#write(signal);
    await this.#options.clock.wait(SECOND_LOOK_AFTER_MS, signal);
    // Somebody may have taken the old one for stale just now, and us for dead. If so, `release` removes the new one.
    await this.#requireStanding(signal);
    await this.#replaceBy(fresh, signal);
  }

  /**
   * Removes what there is of ours and waits for the storage to be done with it, for a minute. Not while a renewal is
   * under way. Rejects with RepositoryError; may be called again then, and after success.
   */
  async release(): Promise<void> {
    await withinTime(this.#options.clock, REMOVAL_LIMIT_MS, noAnswer(), async (signal) => {
      const removals = [...this.#ours].map(async (name) => {
        await removePersistently(this.#options, name, signal);
        this.#ours.delete(name);
      });
      await allOrFirstFailure(removals);
      await this.#options.files.idle(signal);
    });
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

  /** The new file counts from here on; an old one that cannot be removed now is removed later. */
  async #replaceBy(fresh: { name: string; time: number }, signal: AbortSignal): Promise<void> {
    const { files, clock, reporter } = this.#options;
    const old = [...this.#ours].filter((name) => name !== fresh.name);
    this.#adopt(fresh);
    const removeAll = (limited: AbortSignal) =>
      allOrFirstFailure(
        old.map(async (name) => {
          await files.remove(name, limited);
          this.#ours.delete(name);
        }),
      );
    await withinTime(clock, REMOVAL_LIMIT_MS, noAnswer(), removeAll, signal).catch((failure: Error) => {
      if (!signal.aborted) reporter.detail(`An old lock of ours stays for now: ${failure.message}`);
    });
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

/** Resolves or rejects when all have ended. */
async function allOrFirstFailure(tasks: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(tasks)).find((task) => task.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function noAnswer(): RepositoryError {
  return new RepositoryError('unavailable', 'The storage did not answer for a minute');
}

function cannotLock(error: unknown): unknown {
  if (!(error instanceof BackendError)) return error;
  const cure =
    error.code === 'denied' || isReadOnly(error)
      ? ', use --no-lock for a repository that you may only read'
      : '';
  return new RepositoryError('unavailable', `Cannot lock the repository${cure}: ${error.message}`, {
    cause: error,
  });
}

function isReadOnly(error: unknown): boolean {
  return error instanceof BackendError && error.code === 'read-only';
}
