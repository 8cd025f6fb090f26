/**
 * A task whose outcome any number of callers share, each sure that the run it got began after it asked. Owns its
 * runs: a caller may leave, the run goes on. Knows nothing of what it does.
 */

import { untilAborted } from '../until-aborted.ts';
import { RepositoryError } from './errors.ts';

export class FreshTask<Value> {
  readonly #work: (signal: AbortSignal) => Promise<Value>;
  readonly #closing = new AbortController();
  #current: Promise<Value> | undefined;
  /** For those who asked while a run was under way: it may have looked before what they want was there. */
  #next: Promise<Value> | undefined;

  /** `work` never runs twice at once. Its signal aborts on close(). */
  constructor(work: (signal: AbortSignal) => Promise<Value>) {
    this.#work = work;
  }

  /** Rejects as `work` does, with `signal.reason`, or with RepositoryError `lost` after close(). */
  async run(signal: AbortSignal): Promise<Value> {
    signal.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    return untilAborted(this.#fresh(), signal);
  }

  /** Ends the runs and waits for them. */
  async close(): Promise<void> {
    this.#closing.abort(new RepositoryError('lost', 'The repository is closed'));
    await Promise.allSettled([this.#current, this.#next]);
  }

  #fresh(): Promise<Value> {
    if (this.#next !== undefined) return this.#next;
    if (this.#current === undefined) return this.#start();
    const start = () => this.#start();
    this.#next = this.#current.then(start, start);
    return this.#next;
  }

  #start(): Promise<Value> {
    this.#next = undefined;
    const run = this.#attempt().finally(() => {
      this.#current = undefined;
    });
    // Whoever waits sees a failure; if nobody does any more, it concerns nobody.
    run.catch(() => undefined);
    this.#current = run;
    return run;
  }

  async #attempt(): Promise<Value> {
    this.#closing.signal.throwIfAborted();
    return this.#work(this.#closing.signal);
  }
}
