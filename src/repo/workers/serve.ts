/** The thread's side of a pool: takes the jobs in the order of their arrival, until it is closed. */

import { parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { type Answer, type Call, CLOSE, READY } from './protocol.ts';

/** A job's result, and which of its buffers move to the other thread instead of being copied. */
export interface Finished<Result> {
  readonly result: Result;
  readonly transfer: readonly ArrayBuffer[];
}

/** A job, and whoever waits for it: exactly one of the two is called, once. */
export interface Assignment<Job, Result> {
  readonly job: Job;
  answer(finished: Finished<Result>): void;
  fail(error: unknown): void;
}

/** The next job that has arrived; undefined if none has. */
export type NextJob<Job, Result> = () => Assignment<Job, Result> | undefined;

/**
 * Call it last in a thread's entry file. `work` is called when there are jobs: it takes them, several at a time if it
 * likes, and returns when there is none and all that it took is done. `dispose` runs before the thread ends.
 */
export function serve<Job, Result>(work: (next: NextJob<Job, Result>) => void, dispose: () => void): void {
  const port = parentPort;
  if (port === null) throw new Error('Only a worker thread can serve a pool');
  const answer = (message: Answer<Result>, transfer: readonly ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);
  const assign = ({ call, job }: Call<Job>): Assignment<Job, Result> => ({
    job,
    answer: ({ result, transfer }) => answer({ call, result }, transfer),
    fail: (error) => answer({ call, failed: error instanceof Error ? error.message : String(error) }),
  });
  port.on('message', (first: Call<Job> | typeof CLOSE) => {
    let message: Call<Job> | typeof CLOSE | undefined = first;
    work(() => {
      const taken = message ?? receiveMessageOnPort(port)?.message;
      // What was sent before CLOSE has arrived before it, and nothing comes after it.
      message = taken === CLOSE ? CLOSE : undefined;
      return taken === undefined || taken === CLOSE ? undefined : assign(taken);
    });
    if (message !== CLOSE) return;
    dispose();
    port.close();
  });
  port.postMessage(READY);
}
