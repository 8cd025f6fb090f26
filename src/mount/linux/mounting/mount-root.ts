/** Mounting as root: /dev/fuse is opened and mount(2) called. Nothing else needs to be installed. */

import fs from 'node:fs';
import type { MountOptions } from '../../driver.ts';
import { MountError } from '../../errors.ts';
import { openDeviceError } from '../../linux-mounts/device-access.ts';
import { errorName, type Libc } from '../../linux-mounts/libc.ts';
import { MOUNT_TYPE } from '../../linux-mounts/mount-type.ts';
import { Errno, MountFlag } from '../constants.ts';
import { kernelOptions } from './mount-options.ts';

const FLAGS = MountFlag.ReadOnly | MountFlag.NoSuid | MountFlag.NoDev;

/** The open connection, which does not block. Rejects with MountError, and then nothing stays mounted. */
export async function mountAsRoot(libc: Libc, options: MountOptions): Promise<number> {
  const { mountpoint } = options;
  const descriptor = openDevice();
  const user = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  const flags = FLAGS | (options.noExec ? MountFlag.NoExec : 0);
  const data = kernelOptions(descriptor, user, options);
  const result = await libc.mount(options.source, mountpoint, MOUNT_TYPE, flags, data);
  if (result < 0) {
    fs.closeSync(descriptor);
    throw mountError(mountpoint, -result);
  }
  return descriptor;
}

function openDevice(): number {
  try {
    return fs.openSync('/dev/fuse', fs.constants.O_RDWR | fs.constants.O_NONBLOCK);
  } catch (cause) {
    throw openDeviceError(cause);
  }
}

function mountError(mountpoint: string, errno: number): MountError {
  switch (errno) {
    case Errno.EPERM:
      return new MountError(
        'denied',
        `The system does not let root mount on "${mountpoint}": a container needs --cap-add SYS_ADMIN --device /dev/fuse`,
      );
    case Errno.ENODEV:
      return new MountError('unavailable', 'The kernel has no FUSE: load it with "modprobe fuse"');
    case Errno.EBUSY:
      return new MountError('busy', `The mountpoint "${mountpoint}" is in use`);
    default:
      return new MountError(
        'failed',
        `Cannot mount on "${mountpoint}": mount(2) failed with ${errorName(-errno)}`,
      );
  }
}
