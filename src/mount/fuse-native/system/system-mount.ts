/** What the driver needs of an operating system besides libfuse: before a mount is made, and from then on. Types only. */

import type { MountUser } from '../../driver.ts';

/** Where libfuse may mount now. */
export interface Place {
  /** The mountpoint, absolute and without links. */
  readonly path: string;
  /** A picture of the volume, where there is one. */
  readonly icon?: string;
  /**
   * Calls `mount`, which mounts at once or throws, and finds out what it has made. Rejects with MountError, and then
   * nothing stays mounted.
   */
  make(mount: () => void): Promise<SystemMount>;
  /** Ends what was prepared, where no mount was made. */
  giveUp(): Promise<void>;
}

export interface SystemMount {
  /** Resolves when the kernel has no more requests: it was unmounted, or cut. Never rejects. */
  readonly ended: Promise<void>;
  /** See Mounted. */
  unmount(how: { detach: boolean }): Promise<void>;
  users(): Promise<readonly MountUser[]>;
  mountsBelow(): Promise<readonly string[]>;
  /**
   * Takes the mount away from those who use it; `ended` resolves. Where the system does not let us, those who have it
   * open still are connected until this process ends. Never rejects.
   */
  cut(): Promise<void>;
  /** After `ended`: takes away what stands there dead, and frees all that is ours. Never rejects. */
  close(): Promise<void>;
}
