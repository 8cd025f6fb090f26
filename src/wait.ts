/** Waiting for time to pass, as tests replace it. */

import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves after so long. Rejects as soon as the signal aborts, and leaves no timer then. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export async function realWait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal });
}
