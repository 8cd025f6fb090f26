/** Waiting for time to pass. */

import { setTimeout as timer } from 'node:timers/promises';

/** Rejects with `signal.reason` when it aborts: Node's own timers reject with an AbortError instead. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await timer(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
