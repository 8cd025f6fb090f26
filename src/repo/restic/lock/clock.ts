/** Time as the lock's life needs it; tests bring their own. */

import { sleep } from '../../sleep.ts';

export interface Clock {
  /** Milliseconds since 1970: the wall clock, which goes on while a computer sleeps. */
  now(): number;
  /** Rejects with `signal.reason` when it aborts. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = { now: Date.now, wait: sleep };
