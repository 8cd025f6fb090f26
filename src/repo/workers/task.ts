/** One job that somebody waits for: settled exactly once, by its result, an error or the caller's signal. */

/**
 * Where a task is done: `spread` over the threads, or `together` with others of its kind in one of them as long as that
 * keeps up. That is for jobs that are short and many: each thread would have to compile the same code.
 */
export type Placement = 'spread' | 'together';

export class Task<Job, Result> {
  readonly job: Job;
  readonly placement: Placement;
  /** Buffers of the job that move to the thread instead of being copied. */
  readonly transfer: readonly ArrayBuffer[];
  readonly #signal: AbortSignal;
  readonly #resolve: (result: Result) => void;
  readonly #reject: (error: unknown) => void;
  readonly #settled: (task: Task<Job, Result>) => void;
  readonly #abort = () => {
    if (!this.#begun) this.reject(this.#signal.reason);
  };
  #open = true;
  #begun = false;

  /** `settled` is called once, before whoever waits hears of it. The signal must not have aborted yet. */
  constructor(
    work: { job: Job; transfer: readonly ArrayBuffer[]; signal: AbortSignal; placement: Placement },
    caller: { resolve: (result: Result) => void; reject: (error: unknown) => void },
    settled: (task: Task<Job, Result>) => void,
  ) {
    this.job = work.job;
    this.placement = work.placement;
    this.transfer = work.transfer;
    this.#signal = work.signal;
    this.#resolve = caller.resolve;
    this.#reject = caller.reject;
    this.#settled = settled;
    this.#signal.addEventListener('abort', this.#abort, { once: true });
  }

  /** A thread has it: from now on it is settled only when that is done with it, so that memory it shares is free then. */
  begin(): void {
    this.#begun = true;
  }

  resolve(result: Result): void {
    if (this.#signal.aborted) this.reject(this.#signal.reason);
    else if (this.#close()) this.#resolve(result);
  }

  reject(error: unknown): void {
    if (this.#close()) this.#reject(error);
  }

  /** False if it was settled before. */
  #close(): boolean {
    if (!this.#open) return false;
    this.#open = false;
    this.#signal.removeEventListener('abort', this.#abort);
    this.#settled(this);
    return true;
  }
}
