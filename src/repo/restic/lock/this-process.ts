/** This process and its host, as our lock says them to others and as others' locks are judged by them. */

import { hostname, userInfo } from 'node:os';
import { processIdentity, processState } from '../../../process-identity.ts';
import { windowsHost, windowsUser } from '../../../windows/names.ts';
import { type LockInfo, OUR_PROGRAM } from './lock-file.ts';
import type { Surroundings } from './lock-state.ts';

/** All of a lock that stays the same while it is held. */
export type LockOwner = Omit<LockInfo, 'time' | 'exclusive'>;

export async function thisProcess(): Promise<LockOwner> {
  const [identity, host, user] = await Promise.all([processIdentity(process.pid), hostName(), thisUser()]);
  return {
    hostname: host,
    pid: process.pid,
    ...user,
    program: OUR_PROGRAM,
    ...(identity === undefined ? {} : { process: identity }),
  };
}

export async function thisHost(): Promise<Surroundings> {
  return { hostname: await hostName(), processState };
}

/** restic must find the same, or it takes our locks for those of another host. Node's may differ in case on Windows. */
async function hostName(): Promise<string> {
  return process.platform === 'win32' ? windowsHost().catch(hostname) : hostname();
}

type User = Pick<LockOwner, 'username' | 'uid' | 'gid'>;

async function thisUser(): Promise<User> {
  const user = posixUser();
  return process.platform === 'win32'
    ? { ...user, username: await windowsUser().catch(() => user.username) }
    : user;
}

/** On Windows the name without the domain, and no numbers. */
function posixUser(): User {
  try {
    const { username, uid, gid } = userInfo();
    return { username, uid: Math.max(uid, 0), gid: Math.max(gid, 0) };
  } catch {
    // A container's user often has no name: the lock is as good without.
    return { username: '', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  }
}
