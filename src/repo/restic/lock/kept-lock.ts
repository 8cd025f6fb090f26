/**
 * Our lock for as long as it is needed: taken, kept fresh, given back. The one owner of the lock and of the tasks that
 * refresh it, so that nothing of them outlives `stop`.
 */

import type { RepositoryError } from '../../errors.ts';
import { type HoldLockOptions, holdLock } from './hold-lock.ts';
import { LockRefresher } from './lock-refresher.ts';
import type { RepositoryLock } from './repository-lock.ts';

export interface KeptLockOptions extends HoldLockOptions {
  /** Called once, with what to tell, when the lock is lost: from then on others may remove what it protected. */
  readonly onLost: (reason: RepositoryError) => void;
  /** Called after each renewal that succeeded. */
  readonly onRefreshed?: () => void;
}

export class KeptLock {
  readonly #lock: RepositoryLock;
  readonly #refresher: LockRefresher;
  #clearing: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  /**
   * Resolves with a confirmed lock once `options.meanwhile` is done too. Rejects with RepositoryError or BackendError, or
   * with `signal.reason` when that aborts first; no lock and no task of ours is left then.
   */
  static async start(options: KeptLockOptions, signal: AbortSignal): Promise<KeptLock> {
    return new KeptLock(await holdLock(options, signal), options);
  }

  private constructor(lock: RepositoryLock, options: KeptLockOptions) {
    const { clock, reporter, onRefreshed } = options;
    this.#lock = lock;
    this.#refresher = new LockRefresher({
      lock,
      clock,
      reporter,
      ...(onRefreshed === undefined ? {} : { onRefreshed }),
      onLost: (reason) => {
        // Whoever goes on without a lock must not leave a file that nobody refreshes.
        this.#clearing = lock.release().catch((failure: Error) => reporter.detail(failure.message));
        options.onLost(reason);
      },
    });
  }

  /**
   * Resolves when the tasks have ended and the lock file is gone: from then on nothing of ours touches the storage.
   * Rejects with RepositoryError, which names the cure, if the file could not be removed within a minute. Idempotent.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await this.#refresher.stop();
    await this.#clearing;
    await this.#lock.release();
  }
}
