/**
 * How many threads libuv's pool has. The pool is the process's, started once and before anything of ours is loaded, and
 * Node does not tell its size: so who started it says it here.
 */

/** libuv's own default. */
const USUAL_THREADS = 4;

let threads = USUAL_THREADS;

/** For the start of the program only. */
export function declarePoolThreads(count: number): void {
  threads = count;
}

export function poolThreads(): number {
  return threads;
}
