/**
 * One mount's life, from an open repository to a closed one: view, driver, waiting, unmount, drain, close. Knows
 * no file-system interface, no repository format, no terminal.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Repository } from '../repo/repository.ts';
import type { Reporter } from '../report.ts';
import type { MountDriver, Mounted, MountOptions } from './driver.ts';
import { MountError } from './errors.ts';
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
  /** Milliseconds after the second stop in which the repository may still remove its lock. Default: 2000. */
  readonly closeGrace?: number;
}

const CLOSE_GRACE = 2000;

/**
 * Resolves when the mount has ended and nothing of it is left: no mountpoint, no task, no lock. Rejects with
 * `stop.first.reason` when stopped before it served, with `stop.second.reason` when the repository did not close
 * in time after it, with the lock's loss, or with what failed.
 */
export async function runSession(options: SessionOptions): Promise<void> {
  const { stop } = options;
  const lost = lossThatCounts(options);
  try {
    const view = await options.createView(stop.first);
    const mounted = await options.driver.mount(view, options.mount, stop.first);
    try {
      await options.onReady();
      await Promise.race([mounted.closed, whenAborted(stop.first), whenAborted(lost)]);
    } finally {
      await end(mounted, options);
    }
    lost.throwIfAborted();
  } finally {
    await closeRepository(options);
  }
}

/** Unmounts unless that happened already, and waits until every request is answered. */
async function end(mounted: Mounted, options: SessionOptions): Promise<void> {
  const { stop } = options;
  const stopWaiting = () => mounted.abort();
  stop.second.addEventListener('abort', stopWaiting, { once: true });
  try {
    await unmountOrAbort(mounted, options);
    // Once the lock is lost the data may vanish: there is nothing to wait for.
    if (stop.second.aborted || lossThatCounts(options).aborted) mounted.abort();
    await mounted.closed;
  } finally {
    stop.second.removeEventListener('abort', stopWaiting);
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
    options.reporter.warn(
      `${options.mount.mountpoint} is in use: it is detached now and ends when the last program closes its files; stop once more to end it at once`,
    );
    await mounted.unmount({ detach: true });
  }
}

/** Storage that no longer answers must not hold up who has asked twice to end. */
async function closeRepository({ repository, stop, closeGrace }: SessionOptions): Promise<void> {
  const done = new AbortController();
  const tooLate = async (): Promise<never> => {
    await whenAborted(AbortSignal.any([stop.second, done.signal]));
    await sleep(closeGrace ?? CLOSE_GRACE, undefined, { signal: done.signal });
    throw stop.second.reason;
  };
  const late = tooLate();
  late.catch(() => {});
  try {
    await Promise.race([repository.close(), late]);
  } finally {
    done.abort();
  }
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
