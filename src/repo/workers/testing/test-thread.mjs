// The entry of the pool tests' threads: one job for each thing that a thread can do. Threads run compiled code,
// so `npm run build` must have run.

import { threadId, workerData } from 'node:worker_threads';
import { serve } from '../../../../dist/repo/workers/serve.js';

if (workerData.refuseToStart) throw new Error('Nothing to serve with');

/** Takes no more jobs. */
let broken = false;

const jobs = {
  whoAmI: () => ({ threadId, workerData, environment: { ...process.env }, execArgv: process.execArgv }),
  reverse: ({ bytes }) => bytes.reverse(),
  fail: ({ message }) => {
    throw new Error(message);
  },
  exit: () => process.exit(7),
  breakAfterwards: () => {
    broken = true;
    queueMicrotask(() => {
      throw new Error('Out of order');
    });
  },
  unsendable: () => () => undefined,
  work: ({ milliseconds, counter }) => {
    for (const end = Date.now() + milliseconds; Date.now() < end; );
    return Atomics.add(new Int32Array(counter), 0, 1);
  },
};

function perform({ job, answer, fail }) {
  try {
    const result = jobs[job.what](job);
    answer({ result, transfer: result instanceof Uint8Array ? [result.buffer] : [] });
  } catch (error) {
    fail(error);
  }
}

serve(
  (next) => {
    for (let assignment = next(); assignment !== undefined; assignment = broken ? undefined : next())
      perform(assignment);
  },
  () => {
    if (workerData.disposed) Atomics.add(new Int32Array(workerData.disposed), 0, 1);
  },
);
