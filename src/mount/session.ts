/**
 * One mount's life, from an open repository to a closed one: view, driver, waiting, unmount, drain, close. Knows
 * no file-system interface, no repository format, no terminal.
 */

import type { Repository } from '../repo/repository.ts';
import type { Reporter } from '../report.ts';
import type { StopRequests } from '../stop-requests.ts';
import { untilOverdue } from '../until-aborted.ts';
import { untilStorageAnswers } from '../until-storage-answers.ts';
import { realWait, type Wait } from '../wait.ts';
import type { MountDriver, Mounted, MountOptions } from './driver.ts';
import { unmountWhenIdle } from './idle.ts';
import type { View } from './node.ts';
import { takeDown } from './take-down.ts';

export interface SessionOptions {
  /** Closed by the session, whatever happens. */
  readonly repository: Repository;
  readonly createView: (signal: AbortSignal) => Promise<View>;
  readonly driver: MountDriver;
  readonly mount: MountOptions;
  readonly stop: StopRequests;
  readonly reporter: Reporter;
  /** `continue` serves on without the lock: what a prune removes then gives errors. */
  readonly onLockLoss: 'unmount' | 'continue';
  /** Called once the mount serves, with the place where it stands. */
  readonly onReady: (mountpoint: string) => void | Promise<void>;
  /** Called when the mount ends, by whatever, before anything is taken down. */
  readonly onEnding?: () => void;
  /**
   * Work that the mount is made for, begun once it serves: the mount ends with it. Its signal aborts when the mount
   * ends before, which then waits for the work to end.
   */
  readonly work?: (mountpoint: string, signal: AbortSignal) => Promise<void>;
  /** Milliseconds without an access after which the mount ends. */
  readonly idleAfter?: number;
  /** For `idleAfter`, and between two looks at what is in the way. Default: real time. */
  readonly wait?: Wait;
  /** Milliseconds after the second stop in which the repository may still remove its lock. Default: 2000. */
  readonly closeGrace?: number;
  /** The same after a lost lock. Default: 90,000. */
  readonly lossGrace?: number;
}

/** Why a mount ended: a stop request, an unmount from outside, its work being done, nobody using it, a lost lock. */
export type Ending = 'stopped' | 'unmounted' | 'done' | 'idle' | 'lock-lost';

/** More than the minute for which the removal of lock files is tried. */
const LOSS_GRACE = 90_000;

/**
 * Resolves with the cause when the mount has ended and nothing of it is left: no mountpoint, no task, no lock.
 * Rejects with `stop.first.reason` when stopped before it served, with `stop.second.reason` when the repository did
 * not close in time after it, with the lock's loss, or with what failed.
 */
export async function runSession(options: SessionOptions): Promise<Ending> {
  const { stop } = options;
  const lost = lossThatCounts(options);
  try {
    const view = await options.createView(stop.first);
    const mounted = await options.driver.mount(view, options.mount, stop.first);
    let ending: Ending;
    try {
      await options.onReady(mounted.mountpoint);
      ending = await serve(mounted, options);
    } finally {
      await end(mounted, options);
    }
    lost.throwIfAborted();
    return ending;
  } finally {
    await closeRepository(options);
  }
}

/** Resolves when something ends the mount; what was begun for it has ended then. */
async function serve(mounted: Mounted, options: SessionOptions): Promise<Ending> {
  const ended = new AbortController();
  const over = <Cause extends Ending>(event: Promise<void>, cause: Cause) => event.then(() => cause);
  const work = options.work?.(mounted.mountpoint, ended.signal);
  const idle = waitForIdleness(mounted, options, ended.signal);
  let wasIdle = false;
  const noticed = idle?.then(() => {
    wasIdle = true;
  });
  let ending: Ending;
  try {
    ending = await Promise.race([
      over(mounted.closed, 'unmounted'),
      over(whenAborted(options.stop.first), 'stopped'),
      over(whenAborted(lossThatCounts(options)), 'lock-lost'),
      ...(work === undefined ? [] : [over(work, 'done')]),
      ...(noticed === undefined ? [] : [over(noticed, 'idle')]),
    ]);
  } finally {
    options.onEnding?.();
    ended.abort(new Error('The mount ends'));
    await Promise.allSettled([noticed, work]);
  }
  // Who unmounted an idle mount were we ourselves, and its end may be seen first.
  return ending === 'unmounted' && wasIdle ? 'idle' : ending;
}

function waitForIdleness(
  mounted: Mounted,
  { idleAfter, wait = realWait }: SessionOptions,
  signal: AbortSignal,
): Promise<void> | undefined {
  return idleAfter === undefined ? undefined : unmountWhenIdle(mounted, idleAfter, wait, signal);
}

function end(mounted: Mounted, options: SessionOptions): Promise<void> {
  const { stop, reporter, wait = realWait } = options;
  return takeDown(mounted, { stop, lost: lossThatCounts(options), reporter, wait });
}

/**
 * Storage that no longer answers must not hold up who has asked twice to end. Most often it is why the lock was lost,
 * too, and then nobody may be there to ask.
 */
function closeRepository(options: SessionOptions): Promise<void> {
  const { repository, stop, reporter, closeGrace, lossGrace } = options;
  const closed = untilOverdue(repository.close(), repository.lost, lossGrace ?? LOSS_GRACE);
  return untilStorageAnswers(closed, stop, reporter, { grace: closeGrace });
}

/** The signal that ends the mount when the lock is lost, or one that never aborts. */
function lossThatCounts({ repository, onLockLoss }: SessionOptions): AbortSignal {
  return onLockLoss === 'unmount' ? repository.lost : new AbortController().signal;
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((fulfil) => {
    if (signal.aborted) fulfil();
    else signal.addEventListener('abort', () => fulfil(), { once: true });
  });
}
