/** Ends the connection of a FUSE mount without its server's help: who waits for an answer gets an error. */

import { writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import type { Libc } from './libc.ts';
import { isRoot, UnmountFlag } from './unmount.ts';

/**
 * `device` is the mount's in mountinfo, `place` where it is seen, if it still is. False if this user cannot: others than
 * root need the control file system of FUSE, which containers do not have. Never rejects.
 */
export async function cutConnection(libc: Libc, device: string, place: string | undefined): Promise<boolean> {
  const connection = device.slice(device.indexOf(':') + 1);
  try {
    await writeFile(`/sys/fs/fuse/connections/${connection}/abort`, '1', { flag: 'r+' });
    return true;
  } catch {
    return place !== undefined && isRoot() && (await forceUnmount(libc, place));
  }
}

/** The connection is cut before the kernel looks whether somebody uses the mount, which then stays. */
async function forceUnmount(libc: Libc, place: string): Promise<boolean> {
  const result = await libc.umount2(place, UnmountFlag.Force | UnmountFlag.NoFollow);
  return result >= 0 || -result === constants.errno.EBUSY;
}
