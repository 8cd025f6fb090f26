/** What Windows refuses while somebody else has the file open: scanners and indexers look into every new one. */

import { setTimeout as timer } from 'node:timers/promises';

/** Milliseconds, between one try and the next. */
const PAUSES = [10, 20, 50, 100, 200, 400, 800];
/** Windows says the same of what is forbidden for good. */
const REFUSALS = ['EACCES', 'EBUSY', 'EPERM'];

/** What differs in tests. */
export interface Trying {
  readonly platform: NodeJS.Platform;
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Tries `work` again for some 1.6 seconds, on other systems once. Rejects with its last failure, at once when the signal
 * aborts.
 */
export async function untilReleased<Result>(
  work: () => Promise<Result>,
  signal: AbortSignal,
  { platform, wait }: Trying = REAL,
): Promise<Result> {
  for (const pause of platform === 'win32' ? PAUSES : []) {
    try {
      return await work();
    } catch (error) {
      if (!REFUSALS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      await wait(pause, signal).catch(() => {
        throw error;
      });
    }
  }
  return work();
}

const REAL: Trying = {
  platform: process.platform,
  wait: (milliseconds, signal) => timer(milliseconds, undefined, { signal }),
};
