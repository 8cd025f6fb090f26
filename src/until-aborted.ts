/** Waiting that a signal can end, at once or after a grace, for work that may go on without us. */

import { setMaxListeners } from 'node:events';
import { realWait, type Wait } from './wait.ts';

/** Milliseconds for what ends in order if it ends at all. */
const GRACE = 2000;

/** `work`, or a rejection with the signal's reason as soon as it aborts; the work itself is not touched. */
export function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((fulfil, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    // One signal may end any number of waits, and each takes its listener away: no leak to be warned of.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(fulfil, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** The same, but the rejection comes only when the signal has been aborted for `grace` milliseconds. */
export async function untilOverdue<Value>(
  work: Promise<Value>,
  signal: AbortSignal,
  grace: number = GRACE,
  wait: Wait = realWait,
): Promise<Value> {
  const done = new AbortController();
  const overdue = new AbortController();
  afterAbort(signal, () => overdue.abort(signal.reason), { milliseconds: grace, over: done.signal, wait });
  try {
    return await untilAborted(work, overdue.signal);
  } finally {
    done.abort();
  }
}

/** Calls `act` when `signal` has been aborted for so long, unless it is `over` before. Nothing is left behind then. */
export function afterAbort(
  signal: AbortSignal,
  act: () => void,
  { milliseconds, over, wait }: { milliseconds: number; over: AbortSignal; wait: Wait },
): void {
  const start = () => {
    wait(milliseconds, over).then(act, () => {});
  };
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true, signal: over });
}
