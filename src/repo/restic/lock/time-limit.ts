/** Work that gets so much time by the lock's clock and no more. Knows nothing of what it is. */

import type { Clock } from './clock.ts';

/**
 * Runs `work` with a signal that aborts when `signal` does, or with `reason` after `milliseconds`. Nothing waits on the
 * clock any more once this has ended.
 */
export async function withinTime<Result>(
  clock: Clock,
  milliseconds: number,
  reason: Error,
  work: (signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const done = new AbortController();
  const limit = new AbortController();
  const timer = clock.wait(milliseconds, done.signal).then(
    () => limit.abort(reason),
    () => undefined,
  );
  try {
    return await work(signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]));
  } finally {
    done.abort();
    await timer;
  }
}
