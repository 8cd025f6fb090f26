/** Makes a mount of /dev/fuse: by mount(2) for root, by fusermount3 for others. */

import { closeSync } from 'node:fs';
import type { MountOptions } from '../../driver.ts';
import { findMadeMount, type KernelMount } from '../../linux-mounts/kernel-mount.ts';
import type { Libc } from '../../linux-mounts/libc.ts';
import { isRoot } from '../../linux-mounts/unmount.ts';
import type { Watcher } from '../../linux-mounts/watcher.ts';
import { mountWithHelper } from './mount-fusermount.ts';
import { mountAsRoot } from './mount-root.ts';

export interface Made {
  readonly mount: KernelMount;
  /** The open connection, which does not block; who takes it closes it. */
  readonly descriptor: number;
}

/** `options.mountpoint` holds no symbolic link. Rejects with MountError, and then nothing stays mounted. */
export async function makeMount(libc: Libc, options: MountOptions, watcher: Watcher): Promise<Made> {
  const descriptor = await (isRoot()
    ? mountAsRoot(libc, options)
    : mountWithHelper(libc, options, watcher.tie));
  try {
    const mount = await findMadeMount(libc, options.mountpoint);
    watcher.watch(mount.device);
    return { mount, descriptor };
  } catch (problem) {
    closeSync(descriptor);
    throw problem;
  }
}
