/**
 * The native part of the package fuse-native 2.2.6: libfuse 2's path-based operations, each called in this thread while a
 * thread of libfuse waits for the answer. The package's own JavaScript is passed over: its options cannot be trusted
 * (`user_id=` is joined wrongly), it unmounts through a shell, and it knows none of macOS's options that are needed.
 * Source: fuse-native.c and index.js of that version.
 */

import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { MountError } from '../errors.ts';

/** Stands for the thread that waits. To be given back with the one answer, and not touched. */
export type Waiting = Buffer;

/** Called in this thread for each request; what follows the operation's number depends on the operation. */
export type Handler = (waiting: Waiting, operation: number, ...details: unknown[]) => void;

/** What fuse-native's functions `fuse_native_signal_NAME` take: a negative error number, 0 or a count, and more. */
export type Signal = (waiting: Waiting, result: number, ...answer: unknown[]) => void;

export interface Addon {
  /** Bytes of what `fuse_native_mount` keeps of a mount. */
  readonly sizeof_fuse_thread_t: number;
  /**
   * Mounts and starts libfuse's threads, in this thread: a process is run and awaited for users other than root. Mountpoint
   * and options are cut at 1023 bytes. `state` and what `allocate` returns are used by threads that nobody can wait
   * for: they must never be freed. Throws without a reason, which libfuse has written to standard error.
   */
  fuse_native_mount(
    mountpoint: string,
    options: string,
    state: Buffer,
    context: object,
    allocate: (size: number) => Buffer,
    handlers: readonly (Handler | undefined)[],
    implemented: Uint32Array,
  ): void;
  /** Lets the process end although the mount was made. Unmounts nothing. */
  fuse_native_unmount(mountpoint: string, state: Buffer): void;
  /** `op_NAME` and `fuse_native_signal_NAME`. */
  readonly [name: string]: unknown;
}

/** Room for the operations' numbers. */
export const OPERATIONS = 35;

const PLATFORMS = 'Linux and macOS on 64-bit Intel processors';

/** Throws MountError `unavailable`, which says what is missing. */
export function loadAddon(): Addon {
  const require = createRequire(import.meta.url);
  let place: string;
  try {
    place = require.resolve('fuse-native/package.json');
  } catch (cause) {
    // npm leaves it out where it cannot be loaded while it is installed.
    const first = process.platform === 'linux' ? 'apt install libfuse2, then ' : '';
    throw new MountError(
      'unavailable',
      `Cannot find the optional package "fuse-native", which this driver needs: ${first}npm install fuse-native`,
      { cause },
    );
  }
  try {
    const load = createRequire(place)('node-gyp-build') as (folder: string) => Addon;
    return load(dirname(place));
  } catch (cause) {
    throw loadingError((cause as Error).message, `${process.platform}-${process.arch}`, cause);
  }
}

/** `platform` as in `linux-x64`. Pure. */
export function loadingError(complaint: string, platform: string, cause?: unknown): MountError {
  if (/libfuse\.so/.test(complaint)) {
    return new MountError(
      'unavailable',
      'Cannot find libfuse 2, which fuse-native needs: install it with "apt install libfuse2"',
      { cause },
    );
  }
  const reason = /no native build/i.test(complaint)
    ? `it has none for ${platform}, only for ${PLATFORMS}`
    : complaint.split('\n', 1)[0];
  return new MountError('unavailable', `Cannot load the binary of the package "fuse-native": ${reason}`, {
    cause,
  });
}
