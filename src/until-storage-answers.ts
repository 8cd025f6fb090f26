/** Waiting for a storage that may hang, by those who may ask to stop: they are told what they wait for, and how to go. */

import type { Reporter } from './report.ts';
import type { StopRequests } from './stop-requests.ts';
import { afterAbort, untilOverdue } from './until-aborted.ts';
import { realWait, type Wait } from './wait.ts';

/** Milliseconds after which somebody who has asked to stop wonders. */
const NOTE_AFTER = 1000;

export interface AnswerTimes {
  /** Milliseconds after the second request. Default: that of `untilOverdue`. */
  readonly grace?: number | undefined;
  /** Default: real time. */
  readonly wait?: Wait | undefined;
}

/**
 * `work`, or a rejection with the reason of the second request some time after that. The work itself is not touched:
 * it is to end in order by the first request, and a note says so when that takes long.
 */
export async function untilStorageAnswers<Value>(
  work: Promise<Value>,
  stop: StopRequests,
  reporter: Reporter,
  { grace, wait = realWait }: AnswerTimes = {},
): Promise<Value> {
  const done = new AbortController();
  const over = AbortSignal.any([done.signal, stop.second]);
  const note = () => reporter.note('Waiting for the storage to answer; ask once more to end without it');
  afterAbort(stop.first, note, { milliseconds: NOTE_AFTER, over, wait });
  try {
    return await untilOverdue(work, stop.second, grace, wait);
  } finally {
    done.abort();
  }
}
