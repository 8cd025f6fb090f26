/** A mount of ours in the tree of mounts: found once it is made, and taken out again, never another's in its stead. */

import type { Reporter } from '../../report.ts';
import { MountError } from '../errors.ts';
import type { Libc } from './libc.ts';
import { MOUNT_TYPE } from './mount-type.ts';
import { type MountInfo, mountsAt, mountsBelow, readMounts } from './mountinfo.ts';
import { unmountPlace } from './unmount.ts';

/**
 * The one that this process has just made at `mountpoint`, which holds no symbolic link. Rejects with MountError, and
 * then it does not stay mounted.
 */
export async function findMadeMount(libc: Libc, mountpoint: string): Promise<KernelMount> {
  let mounts: MountInfo[];
  try {
    mounts = await mountsAt(mountpoint);
  } catch (problem) {
    await unmountPlace(libc, mountpoint, { detach: true });
    throw problem;
  }
  const [made, below] = mounts.toReversed();
  if (made?.type !== MOUNT_TYPE) throw new MountError('failed', `The mount at "${mountpoint}" is gone`);
  if (below?.type !== MOUNT_TYPE) return new KernelMount(libc, made);
  // Two at the same moment: neither could tell which is its own. Who sees both takes one away, if both see both
  // then each.
  await unmountPlace(libc, mountpoint, { detach: true });
  throw new MountError('busy', `Another mount of snapmount was made at "${mountpoint}" at the same time`);
}

export class KernelMount {
  /** Where it was made. */
  readonly mountpoint: string;
  /** Its device number in mountinfo. */
  readonly device: string;
  readonly #id: string;
  readonly #libc: Libc;

  constructor(libc: Libc, made: MountInfo) {
    this.#libc = libc;
    this.mountpoint = made.mountpoint;
    this.device = made.device;
    this.#id = made.id;
  }

  /**
   * Where it is now: a folder above may have been renamed, or the mount moved. Undefined when it is gone. Rejects with
   * MountError `failed` when another mount hides it.
   */
  async place(): Promise<string | undefined> {
    const mounts = await readMounts();
    const ours = this.#findIn(mounts);
    if (ours !== undefined && mounts.findLast(({ mountpoint }) => mountpoint === ours.mountpoint) !== ours) {
      throw new MountError(
        'failed',
        `Another mount hides the one at "${ours.mountpoint}": unmount that first`,
      );
    }
    return ours?.mountpoint;
  }

  /** Where others have mounted something below it, innermost first. */
  async placesBelow(): Promise<string[]> {
    const mounts = await readMounts();
    const ours = this.#findIn(mounts);
    return ours === undefined ? [] : mountsBelow(mounts, ours.id).map(({ mountpoint }) => mountpoint);
  }

  /**
   * Takes it out of the tree unless that happened already. Rejects with MountError: `busy` when somebody uses it,
   * never with `detach`; `failed` when another mount hides it.
   */
  async unmount(how: { detach: boolean }): Promise<void> {
    const place = await this.place();
    if (place === undefined) return;
    try {
      await unmountPlace(this.#libc, place, how);
    } catch (problem) {
      // Somebody else may have been quicker.
      if ((await this.place()) !== undefined) throw problem;
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

  /** No number alone is enough: once ours is gone the kernel gives them to other mounts. */
  #findIn(mounts: readonly MountInfo[]): MountInfo | undefined {
    return mounts.find(
      ({ id, device, type }) => id === this.#id && device === this.device && type === MOUNT_TYPE,
    );
  }
}
