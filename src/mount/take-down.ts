/**
 * Takes a mount down: out of the tree, and waits for those who use it. What others have mounted below it is theirs and
 * must not go along. Knows no file-system interface and nothing of what is shown.
 */

import type { Reporter } from '../report.ts';
import type { StopRequests } from '../stop-requests.ts';
import type { Wait } from '../wait.ts';
import type { Mounted } from './driver.ts';
import { MountError } from './errors.ts';
import { describePlaces, describeUsers } from './in-the-way.ts';

export interface TakeDownOptions {
  readonly stop: StopRequests;
  /** Aborts when the data may vanish: then nothing is waited for, not even those who read already. */
  readonly lost: AbortSignal;
  readonly reporter: Reporter;
  readonly wait: Wait;
}

/** Milliseconds between two looks at what is mounted below. */
const LOOK_EVERY = 500;

/**
 * Resolves when the mount has ended, which it may have before, and every request is answered. Rejects with MountError
 * if it cannot be unmounted or its connection broke; it is not served any more then either.
 */
export async function takeDown(mounted: Mounted, options: TakeDownOptions): Promise<void> {
  const hurry = AbortSignal.any([options.stop.second, options.lost]);
  const stopWaiting = () => mounted.abort();
  hurry.addEventListener('abort', stopWaiting, { once: true });
  try {
    await unmountOrAbort(mounted, options, hurry);
    if (hurry.aborted) mounted.abort();
    await mounted.closed;
  } finally {
    hurry.removeEventListener('abort', stopWaiting);
  }
}

/** What cannot be unmounted must not be served from a closed repository. */
async function unmountOrAbort(mounted: Mounted, options: TakeDownOptions, hurry: AbortSignal): Promise<void> {
  try {
    await unmount(mounted, options, hurry);
  } catch (error) {
    mounted.abort();
    // That it could not be unmounted says more than how the connection broke.
    await mounted.closed.catch(() => {});
    throw error;
  }
}

/** Detaching takes along what is mounted below, with its data: only who asks twice, or a lost lock, wants that. */
async function unmount(mounted: Mounted, options: TakeDownOptions, hurry: AbortSignal): Promise<void> {
  while (!hurry.aborted) {
    if (await isUnmountedNow(mounted)) return;
    const users = describeUsers(await mounted.users());
    // The last look before it is detached.
    const below = await mounted.mountsBelow();
    if (below.length === 0) {
      await mounted.unmount({ detach: true });
      warnOfUsers(mounted.mountpoint, users, options);
      return;
    }
    warnOfMounts(mounted.mountpoint, describePlaces(below), options);
    await untilNothingIsBelow(mounted, options.wait, hurry);
  }
  await mounted.unmount({ detach: true });
}

/** False when something keeps it busy. */
export async function isUnmountedNow(mounted: Mounted): Promise<boolean> {
  try {
    await mounted.unmount({ detach: false });
    return true;
  } catch (error) {
    if (error instanceof MountError && error.code === 'busy') return false;
    throw error;
  }
}

/** Resolves also when the mount has ended by itself, or nothing is to be waited for any more. */
async function untilNothingIsBelow(mounted: Mounted, wait: Wait, hurry: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const onEnded = () => ended.abort();
  mounted.closed.then(onEnded, onEnded);
  const over = AbortSignal.any([hurry, ended.signal]);
  while (!over.aborted && (await mounted.mountsBelow()).length > 0) {
    await wait(LOOK_EVERY, over).catch((error: unknown) => {
      if (!over.aborted) throw error;
    });
  }
}

function warnOfUsers(mountpoint: string, users: string, { reporter, stop }: TakeDownOptions): void {
  reporter.warn(
    `${mountpoint} is in use${users}: it is detached now and ends when the last program closes its files; stop ${again(stop)} to end it at once`,
  );
}

function warnOfMounts(mountpoint: string, places: string, { reporter, stop }: TakeDownOptions): void {
  reporter.warn(
    `${mountpoint} goes on, because other mounts stand below it: unmount ${places} first; stop ${again(stop)} to end it at once, and those with it`,
  );
}

/** What ends by itself, as a command that it was made for, has not been asked to stop yet. */
function again({ first }: StopRequests): string {
  return first.aborted ? 'once more' : 'twice';
}
