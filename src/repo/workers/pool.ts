/**
 * A pool of worker threads for jobs of one kind: queue, threads started when there is work for them, abort,
 * replacement of threads that crash. Knows no job; what a job may do wrong is part of its result's type.
 */

import { setMaxListeners } from 'node:events';
import { WorkerError } from './errors.ts';
import { PoolThread, type ThreadOptions } from './pool-thread.ts';
import { type Placement, Task } from './task.ts';

export interface PoolOptions extends ThreadOptions {
  /** At most; at least 1. */
  readonly threads: number;
}

/**
 * What waits in the thread lets it go on without a word from this thread, which is busy too, and do two tasks together
 * where that is faster.
 */
const MOST_TASKS_A_THREAD = 4;

/** As many as are ever under way, mostly: another thread helps when the first cannot keep up. */
const MOST_TASKS_TOGETHER = 64;

export class WorkerPool<Job, Result> {
  readonly #options: PoolOptions;
  readonly #threads = new Set<PoolThread<Job, Result>>();
  /** In the order of their turn. */
  readonly #queue = new Set<Task<Job, Result>>();
  #mostThreads: number;
  #unsettled = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#mostThreads = options.threads;
  }

  /** Starts the threads in the background, so that the first jobs need not wait for them. */
  warmUp(): void {
    while (this.#threads.size < this.#mostThreads) this.#startThread();
  }

  /**
   * Does `job` on a thread. The buffers in `transfer` are gone from this thread at once or a little later.
   * Rejects with WorkerError, or with `signal.reason`: at once while it waits for its turn, and when it is done once a
   * thread has it. Nobody uses memory that the job shares any more when this has settled.
   * The queue has no bound: whoever calls bounds what is under way.
   */
  run(
    job: Job,
    transfer: readonly ArrayBuffer[],
    signal: AbortSignal,
    placement: Placement = 'spread',
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      if (this.#closed) throw this.#closedError();
      // All jobs of a session share one signal: many listeners are no leak.
      setMaxListeners(0, signal);
      const caller = { resolve: (result: Result) => resolve(result), reject };
      const work = { job, transfer, signal, placement };
      this.#queue.add(new Task(work, caller, (task) => this.#afterSettling(task)));
      if (this.#unsettled++ === 0) this.#keepProcessAlive(true);
      this.#dispatch();
    });
  }

  /** Rejects what is queued, lets the threads finish what they have begun, and waits for their end. */
  async close(): Promise<void> {
    this.#closed = true;
    // Else the process could run out of work, and end, before the threads have.
    this.#keepProcessAlive(true);
    for (const task of this.#queue) task.reject(this.#closedError());
    await Promise.all([...this.#threads].map((thread) => thread.close()));
  }

  #dispatch(): void {
    for (const task of this.#queue) {
      let thread = task.placement === 'together' ? this.#threadOfTogether() : undefined;
      if (thread === undefined) {
        thread = this.#leastLoaded();
        if (thread === undefined || thread.load > 0) this.#startMissingThread();
        if (thread === undefined || thread.load >= MOST_TASKS_A_THREAD) return;
      }
      this.#queue.delete(task);
      thread.run(task);
    }
  }

  /** Always the same one, unless it has other work: behind a huge job everything else would wait. */
  #threadOfTogether(): PoolThread<Job, Result> | undefined {
    for (const thread of this.#threads) {
      if (thread.usable && thread.staysTogether && thread.load < MOST_TASKS_TOGETHER) return thread;
    }
    return undefined;
  }

  /** Of those that can be given a task. */
  #leastLoaded(): PoolThread<Job, Result> | undefined {
    let least: PoolThread<Job, Result> | undefined;
    for (const thread of this.#threads) {
      if (thread.usable && (least === undefined || thread.load < least.load)) least = thread;
    }
    return least;
  }

  /** One that is starting already will take a task that waits. */
  #startMissingThread(): void {
    let starting = 0;
    for (const thread of this.#threads) if (!thread.started) starting++;
    if (starting < this.#queue.size && this.#threads.size < this.#mostThreads) this.#startThread();
  }

  #startThread(): void {
    const thread = new PoolThread<Job, Result>(this.#options, {
      available: () => this.#dispatch(),
      crashed: (crashed, error) => this.#replace(crashed, error),
    });
    thread.keepProcessAlive(this.#unsettled > 0);
    this.#threads.add(thread);
  }

  #replace(crashed: PoolThread<Job, Result>, error: WorkerError): void {
    this.#threads.delete(crashed);
    if (!crashed.started) {
      // Where threads cannot start, those that run must do; without any, each task that waits tries once more.
      this.#mostThreads = Math.max(1, this.#threads.size);
      if (this.#threads.size === 0) this.#nextInQueue()?.reject(error);
    }
    this.#dispatch();
  }

  #nextInQueue(): Task<Job, Result> | undefined {
    for (const task of this.#queue) return task;
    return undefined;
  }

  #afterSettling(task: Task<Job, Result>): void {
    this.#queue.delete(task);
    if (--this.#unsettled === 0 && !this.#closed) this.#keepProcessAlive(false);
  }

  #keepProcessAlive(wanted: boolean): void {
    for (const thread of this.#threads) thread.keepProcessAlive(wanted);
  }

  #closedError(): WorkerError {
    return new WorkerError('closed', `The ${this.#options.name} threads were closed`);
  }
}
