/** What speaks to one operating system's file-system interface. Types only. */

import type { View } from './node.ts';

export interface MountOptions {
  /** An absolute path; on Windows also a drive letter as `X:`, or `*` for the next free one. */
  readonly mountpoint: string;
  /** Shown as the mounted device, for instance `snapmount:5956a3f67a`. */
  readonly source: string;
  readonly allowOther: boolean;
  /** Let the kernel check the modes of files. */
  readonly defaultPermissions: boolean;
  /** Nothing on the mount can be run. */
  readonly noExec?: boolean;
  /** Milliseconds for which the system may answer from memory at most, so that `accesses` sees who uses the mount. */
  readonly longestCaching?: number;
}

/** A process that has something of a mount open, or its working folder in it. */
export interface MountUser {
  readonly pid: number;
  /** Its program, as the system calls it; no text to be trusted. */
  readonly name: string;
}

export interface MountDriver {
  /** Resolves once the mount serves. Rejects with MountError or the signal's reason, and then nothing stays mounted. */
  mount(view: View, options: MountOptions, signal: AbortSignal): Promise<Mounted>;
}

export interface Mounted {
  /** Where it stands: tells the letter that was chosen for `*`. */
  readonly mountpoint: string;

  /**
   * Resolves when the mount has ended, by `unmount` or from outside, and every request has been answered: the
   * view is not called after it. Rejects with MountError if the connection broke.
   */
  readonly closed: Promise<void>;

  /**
   * Unmounts. Rejects with MountError `busy` when somebody uses the mount, which then goes on; with `detach`
   * it disappears from the tree at once and `closed` resolves when the last user is gone. Idempotent.
   */
  unmount(how: { detach: boolean }): Promise<void>;

  /**
   * How many requests programs have made so far; asking for free space is not counted. What the system answers
   * from memory is not seen, see `longestCaching`.
   */
  readonly accesses: number;

  /** Who uses the mount, as far as this user may know. Never rejects: an empty list says nothing. */
  users(): Promise<readonly MountUser[]>;

  /**
   * Where others have mounted something below this mount, as far as this process can see: innermost first, so that they
   * can be unmounted in this order. They keep it busy, and go along with it when it is detached.
   */
  mountsBelow(): Promise<readonly string[]>;

  /** Ends the connection at once: those who use it get errors. For a second Ctrl-C and a lost lock. */
  abort(): void;
}
