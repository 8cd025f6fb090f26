/** A mount in the tree of mounts: made by root or for a user, and taken out again, never another's in its stead. */

import { closeSync } from 'node:fs';
import type { Reporter } from '../../../report.ts';
import type { MountOptions } from '../../driver.ts';
import { MountError } from '../../errors.ts';
import type { Libc } from '../libc.ts';
import { mountWithHelper } from './mount-fusermount.ts';
import { MOUNT_TYPE } from './mount-options.ts';
import { mountAsRoot } from './mount-root.ts';
import { type MountInfo, mountsAt } from './mountinfo.ts';
import { isRoot, unmountPlace } from './unmount.ts';
import type { Watcher } from './watcher.ts';

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
    const { device } = await findMade(libc, options.mountpoint);
    watcher.watch(device);
    return { mount: new KernelMount(libc, options.mountpoint, device), descriptor };
  } catch (problem) {
    closeSync(descriptor);
    throw problem;
  }
}

async function findMade(libc: Libc, mountpoint: string): Promise<MountInfo> {
  let mounts: MountInfo[];
  try {
    mounts = await mountsAt(mountpoint);
  } catch (problem) {
    await unmountPlace(libc, mountpoint, { detach: true });
    throw problem;
  }
  const [made, below] = mounts.toReversed();
  if (made?.type !== MOUNT_TYPE) throw new MountError('failed', `The mount at "${mountpoint}" is gone`);
  if (below?.type !== MOUNT_TYPE) return made;
  // Two at the same moment: neither could tell which is its own. Who sees both takes one away, if both see both
  // then each.
  await unmountPlace(libc, mountpoint, { detach: true });
  throw new MountError('busy', `Another mount of snapmount was made at "${mountpoint}" at the same time`);
}

export class KernelMount {
  readonly mountpoint: string;
  /** Its device number in mountinfo. */
  readonly device: string;
  readonly #libc: Libc;

  constructor(libc: Libc, mountpoint: string, device: string) {
    this.#libc = libc;
    this.mountpoint = mountpoint;
    this.device = device;
  }

  /**
   * Takes it out of the tree unless that happened already. Rejects with MountError: `busy` when somebody uses it,
   * never with `detach`; `failed` when another mount hides it.
   */
  async unmount(how: { detach: boolean }): Promise<void> {
    if (!(await this.#isSeen())) return;
    try {
      await unmountPlace(this.#libc, this.mountpoint, how);
    } catch (problem) {
      // Somebody else may have been quicker.
      if (await this.#isSeen()) throw problem;
    }
  }

  /** Takes away what nobody serves any more, or never will. Never rejects: it says what stays behind. */
  async clearAway(reporter: Reporter): Promise<void> {
    try {
      await this.unmount({ detach: true });
    } catch (problem) {
      reporter.warn(`A dead mount stays behind: ${(problem as Error).message}`);
    }
  }

  async #isSeen(): Promise<boolean> {
    const mounts = await mountsAt(this.mountpoint);
    // The number alone is not enough: once ours is gone the kernel gives it to the next mount of any kind.
    const at = mounts.findLastIndex(({ device, type }) => device === this.device && type === MOUNT_TYPE);
    if (at >= 0 && at < mounts.length - 1) {
      throw new MountError(
        'failed',
        `Another mount hides the one at "${this.mountpoint}": unmount that first`,
      );
    }
    return at >= 0;
  }
}
