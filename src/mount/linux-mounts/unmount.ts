/**
 * Takes the mount that is seen at a place out of the tree: root by umount2(2), others by fusermount3. Does not look
 * what is there, and asks nothing of it.
 */

import { constants } from 'node:os';
import { delimiter } from 'node:path';
import { MountError } from '../errors.ts';
import { findHelper, runHelper, searchPath } from './fusermount.ts';
import { errorName, type Libc } from './libc.ts';

/** Flags of umount2(2). */
export const UnmountFlag = { Force: 1, Detach: 2, NoFollow: 8 } as const;

/** Where root's umount(8) lies, which a user's search path may leave out. */
const SYSTEM_PATH = ['/usr/sbin', '/sbin'];

/**
 * `place` holds no symbolic link. With `detach` it goes at once and serves those who still use it. Rejects with
 * MountError: `busy` when somebody uses it (never with `detach`), `denied` when it is another user's.
 */
export async function unmountPlace(libc: Libc, place: string, how: { detach: boolean }): Promise<void> {
  if (isRoot()) await unmountAsRoot(libc, place, how);
  else await unmountWithHelper(place, how);
}

/** A command without a shell that does the same as `unmountPlace` with `detach`. Rejects if there is no helper. */
export async function detachingCommand(place: string): Promise<{ command: string[]; searchPath: string }> {
  const folders = searchPath(process.env.PATH);
  if (!isRoot()) {
    return {
      command: [await findHelper(folders), '-u', '-z', '--', place],
      searchPath: folders.join(delimiter),
    };
  }
  return {
    command: ['umount', '-l', '--', place],
    searchPath: [...folders, ...SYSTEM_PATH].join(delimiter),
  };
}

export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

async function unmountAsRoot(libc: Libc, place: string, { detach }: { detach: boolean }): Promise<void> {
  const flags = UnmountFlag.NoFollow | (detach ? UnmountFlag.Detach : 0);
  const result = await libc.umount2(place, flags);
  if (result >= 0) return;
  if (-result === constants.errno.EBUSY) throw busyError(place);
  throw new MountError('failed', `Cannot unmount "${place}": umount2(2) failed with ${errorName(result)}`);
}

async function unmountWithHelper(place: string, { detach }: { detach: boolean }): Promise<void> {
  const { code, complaint } = await runHelper(['-u', ...(detach ? ['-z'] : []), '--', place]);
  if (code === 0) return;
  if (/: Device or resource busy$/.test(complaint)) throw busyError(place);
  // fusermount3 finds only mounts of its caller there.
  if (/ not found in [^ ]+$/.test(complaint)) {
    throw new MountError(
      'denied',
      `The mount at "${place}" is another user's: that user or root may unmount it`,
    );
  }
  throw new MountError('failed', `Cannot unmount "${place}": ${complaint}`);
}

function busyError(place: string): MountError {
  return new MountError('busy', `Somebody uses the mount at "${place}"`);
}
