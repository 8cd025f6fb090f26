/**
 * The share of libuv's thread pool that reading data may occupy. A disk that hangs keeps every thread that asks it, and
 * locks must still be written and removed then. Knows nothing of what is read.
 */

import { Semaphore } from 'async-mutex';

/** libuv's own default, and its limit. */
const USUAL_THREADS = 4;
const MOST_THREADS = 1024;
/** One waits for requests of the kernel for as long as a mount lasts; two are left for locks, and for unmounting. */
const OTHER_THREADS = 3;

/** For one backend: a process has one. `poolSize` is UV_THREADPOOL_SIZE as libuv read it when the pool started. */
export function createDataThreads(poolSize: string | undefined): Semaphore {
  const threads = Math.min(Math.trunc(Number(poolSize ?? USUAL_THREADS)) || USUAL_THREADS, MOST_THREADS);
  return new Semaphore(Math.max(threads - OTHER_THREADS, 1));
}
