/**
 * Whether a lock is live or stale, by restic's rule (repository/lock_file.go): stale is what is older than 30 minutes,
 * or was made on this host by a process that has ended. Pure: who knows the processes is asked by a function.
 */

import type { ProcessState } from '../../../process-identity.ts';
import type { LockInfo } from './lock-file.ts';

export type StaleReason = 'older than 30 minutes' | 'its process has ended';

export interface LockState {
  /** Undefined for a live lock. */
  readonly stale: StaleReason | undefined;
  /** Of the process that made it; `unknown` for one of another host, whose number means nothing here. */
  readonly process: ProcessState;
}

/** What is known here about the makers of locks. */
export interface Surroundings {
  readonly hostname: string;
  /** As in process-identity.ts. */
  readonly processState: (pid: number, identity: string | undefined) => Promise<ProcessState>;
}

/** Its process refreshes a lock every 5 minutes, so this much says that it cannot any more. */
const STALE_AFTER_MS = 30 * 60_000;

/** `now` is the wall clock in milliseconds. */
export async function judgeLock(lock: LockInfo, now: number, here: Surroundings): Promise<LockState> {
  const local = lock.hostname === here.hostname;
  const process = local ? await here.processState(lock.pid, lock.process) : 'unknown';
  if (process === 'gone') return { stale: 'its process has ended', process };
  return { stale: now - lock.time > STALE_AFTER_MS ? 'older than 30 minutes' : undefined, process };
}
