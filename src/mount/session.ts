/**
 * One mount's life, from an open repository to a closed one: view, driver, waiting, unmount, drain, close. Knows
 * no file-system interface, no repository format, no terminal.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Repository } from '../repo/repository.ts';
import type { Reporter } from '../report.ts';
import { untilOverdue } from '../until-aborted.ts';
import type { MountDriver, Mounted, MountOptions, MountUser } from './driver.ts';
import { MountError } from './errors.ts';
import { unmountWhenIdle, type Wait } from './idle.ts';
import type { View } from './node.ts';

/** What a person asks for by Ctrl-C: once to stop, twice to stop waiting. */
export interface StopRequests {
  readonly first: AbortSignal;
  readonly second: AbortSignal;
}

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
  /** Called once the mount serves. */
  readonly onReady: () => void | Promise<void>;
  /** Called when the mount ends, by whatever, before anything is taken down. */
  readonly onEnding?: () => void;
  /**
   * Work that the mount is made for, begun once it serves: the mount ends with it. Its signal aborts when the mount
   * ends before, which then waits for the work to end.
   */
  readonly work?: (signal: AbortSignal) => Promise<void>;
  /** Milliseconds without an access after which the mount ends. */
  readonly idleAfter?: number;
  /** For `idleAfter`. Default: real time. */
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
const MOST_NAMED = 5;

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
      await options.onReady();
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
  const work = options.work?.(ended.signal);
  const idle = waitForIdleness(mounted, options, ended.signal);
  let begun: PromiseSettledResult<void>[] = [];
  let ending: Ending;
  try {
    ending = await Promise.race([
      over(mounted.closed, 'unmounted'),
      over(whenAborted(options.stop.first), 'stopped'),
      over(whenAborted(lossThatCounts(options)), 'lock-lost'),
      ...(work === undefined ? [] : [over(work, 'done')]),
      ...(idle === undefined ? [] : [over(idle, 'idle')]),
    ]);
  } finally {
    options.onEnding?.();
    ended.abort(new Error('The mount ends'));
    begun = await Promise.allSettled([idle, work].filter((task) => task !== undefined));
  }
  // Who unmounted an idle mount were we ourselves, and its end may be seen first.
  const wasIdle = idle !== undefined && begun[0]?.status === 'fulfilled';
  return ending === 'unmounted' && wasIdle ? 'idle' : ending;
}

function waitForIdleness(
  mounted: Mounted,
  { idleAfter, wait = realWait }: SessionOptions,
  signal: AbortSignal,
): Promise<void> | undefined {
  return idleAfter === undefined ? undefined : unmountWhenIdle(mounted, idleAfter, wait, signal);
}

/** Unmounts unless that happened already, and waits until every request is answered. */
async function end(mounted: Mounted, options: SessionOptions): Promise<void> {
  // Once the lock is lost the data may vanish: there is nothing to wait for, not even for those who read already.
  const hurry = AbortSignal.any([options.stop.second, lossThatCounts(options)]);
  const stopWaiting = () => mounted.abort();
  hurry.addEventListener('abort', stopWaiting, { once: true });
  try {
    await unmountOrAbort(mounted, options);
    if (hurry.aborted) mounted.abort();
    await mounted.closed;
  } finally {
    hurry.removeEventListener('abort', stopWaiting);
  }
}

/** What cannot be unmounted must not be served from a closed repository. */
async function unmountOrAbort(mounted: Mounted, options: SessionOptions): Promise<void> {
  try {
    await unmount(mounted, options);
  } catch (error) {
    mounted.abort();
    // That it could not be unmounted says more than how the connection broke.
    await mounted.closed.catch(() => {});
    throw error;
  }
}

async function unmount(mounted: Mounted, options: SessionOptions): Promise<void> {
  if (lossThatCounts(options).aborted) return mounted.unmount({ detach: true });
  try {
    await mounted.unmount({ detach: false });
  } catch (error) {
    if (!(error instanceof MountError && error.code === 'busy')) throw error;
    const users = describeUsers(await mounted.users());
    options.reporter.warn(
      `${options.mount.mountpoint} is in use${users}: it is detached now and ends when the last program closes its files; stop once more to end it at once`,
    );
    await mounted.unmount({ detach: true });
  }
}

/** ` by bash (PID 123), vim (PID 456) and 3 more`, or nothing where nobody is known. */
export function describeUsers(users: readonly MountUser[]): string {
  if (users.length === 0) return '';
  const named = users.slice(0, MOST_NAMED).map(({ name, pid }) => `${name} (PID ${pid})`);
  const more = users.length - named.length;
  return ` by ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/**
 * Storage that no longer answers must not hold up who has asked twice to end. Most often it is why the lock was lost,
 * too, and then nobody may be there to ask.
 */
function closeRepository({ repository, stop, closeGrace, lossGrace }: SessionOptions): Promise<void> {
  const closed = untilOverdue(repository.close(), repository.lost, lossGrace ?? LOSS_GRACE);
  return untilOverdue(closed, stop.second, closeGrace);
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

async function realWait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal });
}
