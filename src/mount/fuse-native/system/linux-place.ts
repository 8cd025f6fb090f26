/** A mount of libfuse 2 on Linux: made by root or through fusermount, watched, unmounted without libfuse's help. */

import { accessSync, constants } from 'node:fs';
import type { Reporter } from '../../../report.ts';
import { MountError } from '../../errors.ts';
import { cutConnection } from '../../linux-mounts/cut-connection.ts';
import { openDeviceError } from '../../linux-mounts/device-access.ts';
import { findMadeMount, type KernelMount } from '../../linux-mounts/kernel-mount.ts';
import { errorName, type Libc, loadLibc } from '../../linux-mounts/libc.ts';
import { MOUNT_TYPE } from '../../linux-mounts/mount-type.ts';
import { findMountUsers } from '../../linux-mounts/mount-users.ts';
import { mountAt } from '../../linux-mounts/mountinfo.ts';
import { resolveMountpoint } from '../../linux-mounts/mountpoint.ts';
import { type Schedule, startWatcher, type Watcher } from '../../linux-mounts/watcher.ts';
import { ConnectionEnd, deviceDescriptors } from './connection-end.ts';
import type { Place, SystemMount } from './system-mount.ts';

/** Rejects with MountError. */
export async function prepareOnLinux(
  mountpoint: string,
  reporter: Reporter,
  schedule: Schedule,
): Promise<Place> {
  const libc = await loadLibc();
  const path = await resolveMountpoint(mountpoint);
  requireDevice();
  await refuseOurs(path);
  const watcher = await startWatcher(path, reporter, schedule);
  return {
    path,
    make: (mount) => makeMount(libc, path, mount, watcher, reporter),
    giveUp: () => watcher.stop(),
  };
}

async function makeMount(
  libc: Libc,
  path: string,
  mount: () => void,
  watcher: Watcher,
  reporter: Reporter,
): Promise<SystemMount> {
  const end = watchEnd(libc, mount);
  try {
    const made = await findMadeMount(libc, path);
    watcher.watch(made.device);
    return systemMount(libc, made, end, watcher, reporter);
  } catch (problem) {
    end.wake();
    await end.ended;
    end.close();
    throw problem;
  }
}

/** Nothing else happens in this thread while it mounts, so that the new descriptor is that of the mount. */
function watchEnd(libc: Libc, mount: () => void): ConnectionEnd {
  const before = new Set(deviceDescriptors());
  mount();
  const descriptor = deviceDescriptors().find((number) => !before.has(number));
  if (descriptor === undefined) throw new MountError('failed', 'libfuse has mounted without a connection');
  const result = libc.closeOnExec(descriptor);
  if (result < 0) {
    throw new MountError('failed', `Cannot set up the connection of the mount: ${errorName(result)}`);
  }
  return new ConnectionEnd(libc, descriptor);
}

function systemMount(
  libc: Libc,
  mount: KernelMount,
  end: ConnectionEnd,
  watcher: Watcher,
  reporter: Reporter,
): SystemMount {
  let hasEnded = false;
  const ended = end.ended.then(() => {
    hasEnded = true;
  });
  // Nobody can use by its path what is hidden or gone.
  const place = (): Promise<string | undefined> => mount.place().catch(() => undefined);
  return {
    ended,
    unmount: async (how) => {
      if (!hasEnded) await mount.unmount(how);
    },
    users: async () => findMountUsers((await place()) ?? mount.mountpoint, mount.device),
    mountsBelow: () => mount.placesBelow(),
    cut: async () => {
      if (hasEnded || (await cutConnection(libc, mount.device, await place()))) return;
      await mount.clearAway(reporter);
      if (!hasEnded) end.wake();
    },
    close: async () => {
      end.close();
      await mount.clearAway(reporter);
      await watcher.stop();
    },
  };
}

/** libfuse looks at the folder in the only thread that could answer, were it a mount of this process. */
async function refuseOurs(path: string): Promise<void> {
  const seen = await mountAt(path);
  if (seen?.type !== MOUNT_TYPE) return;
  throw new MountError('busy', `The mountpoint "${path}" holds a mount of snapmount already`);
}

/** libfuse and fusermount open it with the rights of this process. */
function requireDevice(): void {
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
  } catch (cause) {
    throw openDeviceError(cause);
  }
}
