/** What a pool and its threads say to each other. */

/** From the pool: do this. */
export interface Call<Job> {
  readonly call: number;
  readonly job: Job;
}

/** From the pool: finish what was sent before, free everything, end. */
export const CLOSE = 'close';

/** From a thread, once: it has loaded what it needs. */
export const READY = 'ready';

/** From a thread: what became of a call. `failed` is the message of what the job threw. */
export type Answer<Result> =
  | { readonly call: number; readonly result: Result }
  | { readonly call: number; readonly failed: string };
