/** The thread's side of a pool: does one job after the other, in the order of their arrival, until it is closed. */

import { parentPort } from 'node:worker_threads';
import { type Answer, type Call, CLOSE, READY } from './protocol.ts';

/** A job's result, and which of its buffers move to the other thread instead of being copied. */
export interface Finished<Result> {
  readonly result: Result;
  readonly transfer: readonly ArrayBuffer[];
}

/** Call it last in a thread's entry file. `handle` does one job; `dispose` runs before the thread ends. */
export function serve<Job, Result>(handle: (job: Job) => Finished<Result>, dispose: () => void): void {
  const port = parentPort;
  if (port === null) throw new Error('Only a worker thread can serve a pool');
  const answer = (message: Answer<Result>, transfer: readonly ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);
  port.on('message', (message: Call<Job> | typeof CLOSE) => {
    if (message === CLOSE) {
      dispose();
      port.close();
      return;
    }
    const { call, job } = message;
    try {
      const { result, transfer } = handle(job);
      answer({ call, result }, transfer);
    } catch (error) {
      answer({ call, failed: error instanceof Error ? error.message : String(error) });
    }
  });
  port.postMessage(READY);
}
