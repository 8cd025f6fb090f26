/**
 * One worker thread of a pool: starts, is given tasks, answers, ends. It never starts itself again and never
 * decides which task it gets: the pool does.
 */

import { Worker } from 'node:worker_threads';
import { WorkerError } from './errors.ts';
import { type Answer, CLOSE, READY } from './protocol.ts';
import type { Task } from './task.ts';

export interface ThreadOptions {
  /** A compiled module that calls `serve`. */
  readonly entry: URL;
  /** Shown by debuggers and in errors. */
  readonly name: string;
  /** Copied to the thread. The place for secrets: never the environment or the arguments. */
  readonly workerData: unknown;
}

export interface ThreadEvents<Job, Result> {
  /** It can take a task, for the first time or again. */
  available(): void;
  /** It is gone though nobody closed it, and its tasks have been rejected with `error`. */
  crashed(thread: PoolThread<Job, Result>, error: WorkerError): void;
}

export class PoolThread<Job, Result> {
  /** Resolves when the thread has ended, however it did. */
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  readonly #name: string;
  readonly #events: ThreadEvents<Job, Result>;
  readonly #tasks = new Map<number, Task<Job, Result>>();
  /** Of those tasks, the ones that do not stay together. */
  #spread = 0;
  #calls = 0;
  #started = false;
  #closing = false;
  #failure: unknown;

  constructor(options: ThreadOptions, events: ThreadEvents<Job, Result>) {
    this.#name = options.name;
    this.#events = events;
    this.#worker = new Worker(options.entry, {
      name: options.name,
      workerData: options.workerData,
      // A thread needs nothing of either, and passwords may be in the environment.
      env: {},
      execArgv: [],
      // Collected often: a thread makes little but buffers that are used up with the job, and those weigh most.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.on('message', (message: Answer<Result> | typeof READY) => this.#receive(message));
    this.#worker.on('error', (error) => {
      this.#failure = error;
    });
    this.#worker.on('messageerror', (error) => this.#giveUp(error));
    this.ended = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#end(code);
        resolve();
      });
    });
  }

  /** Whether it ever could be given tasks. */
  get started(): boolean {
    return this.#started;
  }

  /** Whether it can be given tasks now. A thread that broke is still there until its end is reported. */
  get usable(): boolean {
    return this.#started && this.#failure === undefined;
  }

  /** Tasks that it was given and has not answered. */
  get load(): number {
    return this.#tasks.size;
  }

  /** Whether a task that stays together with others of its kind waits for none but those. */
  get staysTogether(): boolean {
    return this.#spread === 0;
  }

  run(task: Task<Job, Result>): void {
    const call = this.#calls++;
    this.#tasks.set(call, task);
    if (task.placement === 'spread') this.#spread++;
    task.begin();
    try {
      this.#worker.postMessage({ call, job: task.job }, task.transfer);
    } catch (error) {
      this.#take(call);
      task.reject(
        new WorkerError('failed', `A ${this.#name} thread cannot be given a job`, { cause: error }),
      );
    }
  }

  /** Whether the process lives on because of this thread. */
  keepProcessAlive(wanted: boolean): void {
    if (wanted) this.#worker.ref();
    else this.#worker.unref();
  }

  /** Lets it finish its tasks, then end. */
  async close(): Promise<void> {
    this.#closing = true;
    this.keepProcessAlive(true);
    // Also one that is still starting: ending a thread while it loads a native module can abort the process.
    this.#worker.postMessage(CLOSE);
    await this.ended;
  }

  #receive(message: Answer<Result> | typeof READY): void {
    if (message === READY) {
      this.#started = true;
    } else {
      const task = this.#take(message.call);
      if ('result' in message) task?.resolve(message.result);
      else task?.reject(new WorkerError('failed', message.failed));
    }
    if (!this.#closing) this.#events.available();
  }

  #take(call: number): Task<Job, Result> | undefined {
    const task = this.#tasks.get(call);
    this.#tasks.delete(call);
    if (task?.placement === 'spread') this.#spread--;
    return task;
  }

  /** An answer that cannot be read leaves a task without one: only ending the thread answers it. */
  #giveUp(error: Error): void {
    this.#failure = error;
    // Its end is awaited through `ended`.
    void this.#worker.terminate();
  }

  #end(exitCode: number): void {
    const ended = this.#started ? 'ended unexpectedly' : 'could not start';
    const reason = this.#failure instanceof Error ? this.#failure.message : `exit code ${exitCode}`;
    const error = new WorkerError('crashed', `A ${this.#name} thread ${ended}: ${reason}`, {
      cause: this.#failure,
    });
    for (const task of this.#tasks.values()) task.reject(error);
    this.#tasks.clear();
    if (!this.#closing) this.#events.crashed(this, error);
  }
}
