/** This process and its host, as our lock says them to others and as others' locks are judged by them. */

import { hostname, userInfo } from 'node:os';
import { processIdentity, processState } from '../../../process-identity.ts';
import { type LockInfo, OUR_PROGRAM } from './lock-file.ts';
import type { Surroundings } from './lock-state.ts';

/** All of a lock that stays the same while it is held. */
export type LockOwner = Omit<LockInfo, 'time' | 'exclusive'>;

export async function thisProcess(): Promise<LockOwner> {
  const identity = await processIdentity(process.pid);
  return {
    hostname: hostname(),
    pid: process.pid,
    ...user(),
    program: OUR_PROGRAM,
    ...(identity === undefined ? {} : { process: identity }),
  };
}

export function thisHost(): Surroundings {
  return { hostname: hostname(), processState };
}

function user(): { username: string; uid: number; gid: number } {
  try {
    const { username, uid, gid } = userInfo();
    return { username, uid: Math.max(uid, 0), gid: Math.max(gid, 0) };
  } catch {
    // A container's user often has no name: the lock is as good without.
    return { username: '', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  }
}
