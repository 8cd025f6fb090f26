/**
 * A mount of OSXFUSE's libfuse on macOS. Not run on a real one yet: what is done is told to programs of the system that
 * a test stands in for.
 */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { MountError } from '../../errors.ts';
import type { Place, SystemMount } from './system-mount.ts';

/** What macOS is asked for; a test has its own. */
export interface MacosCalls {
  /** Runs a program without a shell, to its end. */
  run(program: string, args: readonly string[]): Promise<Ran>;
  exists(path: string): boolean;
}

export interface Ran {
  readonly code: number;
  readonly output: string;
  /** What it wrote to standard error. */
  readonly complaint: string;
}

/** What fuse-native's own libfuse starts to mount. Later versions, called macFUSE, have it under another name. */
const MOUNT_PROGRAM = '/Library/Filesystems/osxfuse.fs/Contents/Resources/mount_osxfuse';
const MACFUSE = '/Library/Filesystems/macfuse.fs';
const ICON =
  '/System/Library/CoreServices/CoreTypes.bundle/Contents/Resources/GenericTimeMachineDiskIcon.icns';
const UMOUNT = '/sbin/umount';
/** Lists all mounts. It asks none of them, and is a process of its own: nobody here may wait for this process's answer. */
const MOUNT = '/sbin/mount';

/** Milliseconds between two looks whether the mount is there: the system tells nobody when it goes. */
const LOOK = 2000;

/** Rejects with MountError. */
export async function prepareOnMacos(
  mountpoint: string,
  calls: MacosCalls = REAL_CALLS,
  look = LOOK,
): Promise<Place> {
  if (!calls.exists(MOUNT_PROGRAM)) throw missingError(calls.exists(MACFUSE));
  const path = await realpath(mountpoint).catch((cause: NodeJS.ErrnoException) => {
    throw new MountError('failed', `Cannot use the mountpoint "${mountpoint}": ${cause.code}`, { cause });
  });
  return {
    path,
    ...(calls.exists(ICON) && { icon: ICON }),
    make: async (mount) => {
      mount();
      return macosMount(path, calls, look);
    },
    giveUp: async () => {},
  };
}

/** Pure. */
export function missingError(hasMacfuse: boolean): MountError {
  const found = hasMacfuse ? ': macFUSE, which is installed, is not found by the library inside it' : '';
  return new MountError(
    'unavailable',
    `The package "fuse-native" mounts on macOS by OSXFUSE 3 only, which is not installed${found}`,
  );
}

/** Pure. */
export function unmountArguments(path: string, how: { detach: boolean }): string[] {
  return how.detach ? ['-f', path] : [path];
}

/** For what umount(8) complained of. Pure. */
export function unmountError(path: string, complaint: string): MountError {
  if (/Resource busy/i.test(complaint)) {
    return new MountError('busy', `Somebody uses the mount at "${path}"`);
  }
  return new MountError('failed', `Cannot unmount "${path}": ${complaint.trim()}`);
}

/** Whether /sbin/mount lists a mount there: `/dev/osxfuse0 on /Volumes/Backup (osxfuse, read-only)`. Pure. */
export function listsMount(list: string, path: string): boolean {
  return list.split('\n').some((line) => line.includes(` on ${path} (`));
}

function macosMount(path: string, calls: MacosCalls, look: number): SystemMount {
  const closing = new AbortController();
  const isThere = async (): Promise<boolean> => listsMount((await calls.run(MOUNT, [])).output, path);
  const unmount = async (how: { detach: boolean }): Promise<void> => {
    if (!(await isThere())) return;
    const { code, complaint } = await calls.run(UMOUNT, unmountArguments(path, how));
    if (code !== 0 && (await isThere())) throw unmountError(path, complaint);
    closing.abort();
  };
  const untilGone = async (): Promise<void> => {
    // It is listed once libfuse has been heard of, which may take a while.
    for (let wasThere = false; !closing.signal.aborted; ) {
      const isNow = await isThere();
      if (wasThere && !isNow) return;
      wasThere = isNow;
      await sleep(look, undefined, { signal: closing.signal }).catch(() => {});
    }
  };
  return {
    ended: untilGone(),
    unmount,
    users: async () => [],
    mountsBelow: async () => [],
    // What cannot be forced is left to the system, which throws it out when this process ends.
    cut: async () => {
      await unmount({ detach: true }).catch(() => {});
      closing.abort();
    },
    close: async () => closing.abort(),
  };
}

const REAL_CALLS: MacosCalls = {
  run: (program, args) =>
    new Promise((resolve) => {
      execFile(program, [...args], (problem, output, complaint) => {
        resolve({ code: problem === null ? 0 : 1, output, complaint: complaint || (problem?.message ?? '') });
      });
    }),
  exists: existsSync,
};
