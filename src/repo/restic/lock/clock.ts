/** Time as the lock's life needs it; tests bring their own. */

import { realWait, type Wait } from '../../../wait.ts';

export interface Clock {
  /** Milliseconds since 1970: the wall clock, which goes on while a computer sleeps. */
  now(): number;
  readonly wait: Wait;
}

export const SYSTEM_CLOCK: Clock = { now: Date.now, wait: realWait };
