/**
 * Clears away what earlier runs of this program left on this host: the locks of processes that were killed. Locks of
 * other programs or hosts are theirs to remove, or a person's by `snapmount unlock`.
 */

import { describeLock, type LockInfo, OUR_PROGRAM } from './lock-file.ts';
import { judgeLock, type LockState } from './lock-state.ts';
import type { OtherLocksOptions } from './other-locks.ts';

/** `others` by name. Never rejects: a lock that stays is no reason not to read. */
export async function removeDeadLocks(
  options: OtherLocksOptions,
  others: ReadonlyMap<string, LockInfo>,
  signal: AbortSignal,
): Promise<void> {
  const { clock, here } = options;
  for (const [name, lock] of others) {
    if (signal.aborted) return;
    const state = await judgeLock(lock, clock.now(), here);
    if (state.stale === undefined) continue;
    if (isLeftByUs(lock, state, here.hostname)) await remove(options, name, lock, state, signal);
    else {
      const whose = describeLock(lock, clock.now());
      options.reporter.detail(`Lock ${name.slice(0, 8)} of ${whose} is stale: ${state.stale}`);
    }
  }
}

/**
 * A process that lives may have slept: it finds out by its lock whether it may go on. A mere number says nothing: two
 * computers may share a name, and a system without /proc tells no more.
 */
function isLeftByUs(lock: LockInfo, { process }: LockState, hostname: string): boolean {
  const isOurs = lock.program === OUR_PROGRAM && lock.hostname === hostname && lock.process !== undefined;
  return isOurs && process !== 'alive';
}

async function remove(
  { files, reporter }: OtherLocksOptions,
  name: string,
  { pid }: LockInfo,
  { process }: LockState,
  signal: AbortSignal,
): Promise<void> {
  const why =
    process === 'gone' ? 'which ended without removing it' : 'which has not refreshed it for 30 minutes';
  try {
    await files.remove(name, signal);
    reporter.note(`Removed the lock of PID ${pid}, ${why}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    reporter.detail(`Cannot remove the lock of PID ${pid}, ${why}: ${message}`);
  }
}
