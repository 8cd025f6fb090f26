/** Waiting for time to pass, as tests replace it. */

import { setTimeout as timer } from 'node:timers/promises';

/** Resolves after so long. Rejects with `signal.reason` as soon as the signal aborts, and leaves no timer then. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Node's own timers reject with an AbortError instead of the reason. */
export async function realWait(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await timer(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
