/**
 * The share of libuv's thread pool that reading data may occupy. A disk that hangs keeps every thread that asks it, and
 * locks must still be written and removed then. Knows nothing of what is read.
 */

import { Semaphore } from 'async-mutex';
import { poolThreads } from './thread-pool.ts';

/**
 * One waits for requests of the kernel for as long as a mount lasts; two are left for locks, for unmounting, and for large
 * replies and memory that is mapped ahead, which need one for some milliseconds.
 */
const OTHER_THREADS = 3;

/** For one backend: a process has one. `threads` is the size of the pool. */
export function createDataThreads(threads = poolThreads()): Semaphore {
  return new Semaphore(Math.max(threads - OTHER_THREADS, 1));
}
