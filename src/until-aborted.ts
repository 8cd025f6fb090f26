/** Waiting that a signal can end, for work that goes on because others wait for it too. */

import { setMaxListeners } from 'node:events';

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
