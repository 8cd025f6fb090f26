/** Why /dev/fuse cannot be opened, and what helps. */

import { MountError } from '../errors.ts';

export function openDeviceError(cause: unknown): MountError {
  const code = (cause as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
    case 'ENODEV':
    case 'ENXIO':
      return new MountError(
        'unavailable',
        'There is no /dev/fuse: load the module with "modprobe fuse"; a container needs --device /dev/fuse',
        { cause },
      );
    case 'EACCES':
    case 'EPERM':
      return new MountError(
        'denied',
        'No permission to open /dev/fuse: its mode must allow it ("chmod 666 /dev/fuse" as root), or its group be yours',
        { cause },
      );
    default:
      return new MountError('failed', `Cannot open /dev/fuse: ${code}`, { cause });
  }
}
