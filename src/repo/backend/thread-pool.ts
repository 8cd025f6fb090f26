/**
 * How many threads libuv's pool has. The pool is the process's, started once and before anything of ours is loaded, and
 * Node does not tell its size: so who started it says it here.
 */

/** libuv's own default. */
const USUAL_THREADS = 4;

/** With fewer, reads of data would leave none for locks. */
const FEWEST_THREADS = 4;
/** Those that bin/ starts the pool with where it can. */
const WANTED_THREADS = 16;

let threads = USUAL_THREADS;

/** For the start of the program only. */
export function declarePoolThreads(count: number): void {
  threads = count;
}

export function poolThreads(): number {
  return threads;
}

/** UV_THREADPOOL_SIZE for a process of ours that is started, where it cannot do that itself: on Windows. */
export function poolVariable(given: string | undefined): string {
  return Number(given) >= FEWEST_THREADS ? String(given) : String(WANTED_THREADS);
}
