/**
 * Mounting as an ordinary user: the set-user-id program fusermount3 (or fusermount) opens /dev/fuse, mounts,
 * and passes the descriptor over a socket pair. What that program says is fusermount.ts's to know.
 */

import fs from 'node:fs';
import type { MountOptions } from '../driver.ts';
import { MountError } from '../errors.ts';
import { openDeviceError } from './device-access.ts';
import { helperError, runHelper } from './fusermount.ts';
import type { KernelMount } from './kernel-mount.ts';
import type { Libc } from './libc.ts';
import { helperOptions } from './mount-options.ts';
import { receiveDescriptor } from './receive-descriptor.ts';

/** Cannot be cancelled: a helper killed half-way might leave its mount behind. */
export async function mountWithHelper(libc: Libc, options: MountOptions): Promise<KernelMount> {
  requireDevice();
  const { mountpoint } = options;
  const descriptor = await mountOver(libc, options);
  libc.setNonBlocking(descriptor);
  return { descriptor, mountpoint, unmount: (how) => unmount(mountpoint, how) };
}

/** fusermount3 opens it with the rights of its caller. */
function requireDevice(): void {
  try {
    fs.accessSync('/dev/fuse', fs.constants.R_OK | fs.constants.W_OK);
  } catch (cause) {
    throw openDeviceError(cause);
  }
}

async function mountOver(libc: Libc, options: MountOptions): Promise<number> {
  const pair = new Int32Array(2);
  const made = libc.socketpair(new Uint8Array(pair.buffer));
  if (made < 0) throw new MountError('failed', `Cannot make a socket pair: error ${-made}`);
  const [ours = -1, theirs = -1] = pair;
  let theirsOpen = true;
  const closeTheirs = (): void => {
    if (theirsOpen) fs.closeSync(theirs);
    theirsOpen = false;
  };
  try {
    const args = ['-o', helperOptions(options), '--', options.mountpoint];
    const ended = await runHelper(args, theirs, closeTheirs);
    if (ended.code !== 0) throw helperError(ended.complaint, options.mountpoint);
    return receiveDescriptor(libc, ours);
  } finally {
    closeTheirs();
    fs.closeSync(ours);
  }
}

async function unmount(mountpoint: string, how: { detach: boolean }): Promise<void> {
  const args = ['-u', ...(how.detach ? ['-z'] : []), '--', mountpoint];
  const ended = await runHelper(args);
  if (ended.code === 0) return;
  if (/busy/i.test(ended.complaint))
    throw new MountError('busy', `Somebody uses the mount at "${mountpoint}"`);
  throw new MountError('failed', `Cannot unmount "${mountpoint}": ${ended.complaint}`);
}
