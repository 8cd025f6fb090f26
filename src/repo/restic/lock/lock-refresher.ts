/**
 * Keeps a lock from becoming stale for as long as it is held: two tasks under one controller, one that renews it in
 * time, one that watches the wall clock for time that went by without. Knows locks only by what they promise.
 */

import { Mutex } from 'async-mutex';
import type { Reporter } from '../../../report.ts';
import { RepositoryError } from '../../errors.ts';
import type { Clock } from './clock.ts';
import { withinTime } from './time-limit.ts';

/** restic's figures (repository/lock.go): others take a lock for stale after 30 minutes. */
const REFRESH_EVERY_MS = 5 * 60_000;
const EXPIRES_AFTER_MS = 22.5 * 60_000;
const LOOK_EVERY_MS = 1_000;
/** For renewing a lock that has expired already, while it may just not be stale yet. */
const LAST_TRY_MS = 5 * 60_000;

/** What is refreshed. Both reject with RepositoryError `lost` when the lock is not there any more. */
export interface RenewableLock {
  /** Milliseconds since 1970, as written in the lock file that stands now. */
  readonly time: number;
  /** Writes a new lock file, then removes the old one. */
  renew(signal: AbortSignal): Promise<void>;
  /** The same for a lock that others may take for stale: only if the old file outlives the writing of the new. */
  renewExpired(signal: AbortSignal): Promise<void>;
}

export interface LockRefresherOptions {
  readonly lock: RenewableLock;
  readonly clock: Clock;
  readonly reporter: Reporter;
  /** Called once, with what to tell: from then on others may remove what the lock protected. */
  readonly onLost: (reason: RepositoryError) => void;
  /** Called after each renewal that succeeded. */
  readonly onRefreshed?: () => void;
}

export class LockRefresher {
  readonly #options: LockRefresherOptions;
  readonly #stopping = new AbortController();
  readonly #renewing = new Mutex();
  /** Ends a renewal that hangs. */
  #attempt = new AbortController();
  readonly #ended: Promise<unknown>;

  /** Starts at once; `stop` it. */
  constructor(options: LockRefresherOptions) {
    this.#options = options;
    this.#ended = Promise.all([this.#refreshInTime(), this.#watchForExpiry()]);
  }

  /** Resolves when both tasks have ended: from then on nothing of them touches the lock. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping.abort(new RepositoryError('lost', 'The lock is given back'));
    this.#attempt.abort(this.#stopping.signal.reason);
    await this.#ended;
  }

  async #refreshInTime(): Promise<void> {
    while (await this.#slept(REFRESH_EVERY_MS)) {
      // After a long sleep of the computer, it is for the other task to find out whether the lock still counts.
      if (this.#hasExpired()) continue;
      try {
        await this.#renew((signal) => this.#options.lock.renew(signal));
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        if (isLost(error)) return this.#lose(error);
        this.#options.reporter.warn(
          `Cannot refresh the lock, the next try is in 5 minutes: ${messageOf(error)}`,
        );
      }
    }
  }

  async #watchForExpiry(): Promise<void> {
    const { lock, clock } = this.#options;
    while (await this.#slept(LOOK_EVERY_MS)) {
      if (!this.#hasExpired()) continue;
      // A renewal that has taken so long hangs, and must not finish behind our back.
      this.#attempt.abort(new Error('It took too long'));
      try {
        await this.#renew((signal) =>
          withinTime(clock, LAST_TRY_MS, noAnswer(), (limited) => lock.renewExpired(limited), signal),
        );
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        return this.#lose(
          new RepositoryError(
            'lost',
            `The lock could not be refreshed in time, others may have taken it for stale: ${messageOf(error)}`,
            { cause: error },
          ),
        );
      }
    }
  }

  #hasExpired(): boolean {
    const { lock, clock } = this.#options;
    return clock.now() - lock.time >= EXPIRES_AFTER_MS;
  }

  /** One renewal at a time: they take turns in replacing the lock file. */
  #renew(renewal: (signal: AbortSignal) => Promise<void>): Promise<void> {
    return this.#renewing.runExclusive(async () => {
      this.#stopping.signal.throwIfAborted();
      this.#attempt = new AbortController();
      await renewal(this.#attempt.signal);
      this.#options.onRefreshed?.();
    });
  }

  /** False when it is time to end. */
  async #slept(milliseconds: number): Promise<boolean> {
    try {
      await this.#options.clock.wait(milliseconds, this.#stopping.signal);
      return true;
    } catch (error) {
      if (this.#stopping.signal.aborted) return false;
      throw error;
    }
  }

  /** Ends both tasks: there is nothing left to keep. */
  #lose(reason: RepositoryError): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort(reason);
    this.#options.onLost(reason);
  }
}

function isLost(error: unknown): error is RepositoryError {
  return error instanceof RepositoryError && error.code === 'lost';
}

function noAnswer(): Error {
  return new Error('The storage did not answer for 5 minutes');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
