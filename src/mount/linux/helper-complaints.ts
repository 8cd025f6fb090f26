/** What fusermount3 says when it does not mount, as MountErrors that name the cure. Pure. */

import { MountError } from '../errors.ts';
import { openDeviceError } from './device-access.ts';

/** The error for a mount that fusermount3 refused with this complaint. */
export function helperError(complaint: string, mountpoint: string): MountError {
  if (/user_allow_other/.test(complaint)) {
    return new MountError(
      'denied',
      'Letting other users in needs a line "user_allow_other" in /etc/fuse.conf, which root can add',
    );
  }
  if (/no write access to mountpoint|user has no write access/i.test(complaint)) {
    return new MountError('denied', `The mountpoint "${mountpoint}" must be a folder that you may write to`);
  }
  if (/device not found|modprobe/i.test(complaint)) return openDeviceError({ code: 'ENOENT' });
  if (/\/dev\/fuse: Permission denied/i.test(complaint)) return openDeviceError({ code: 'EACCES' });
  if (/Operation not permitted/i.test(complaint)) {
    return new MountError(
      'denied',
      `The system does not permit the mount on "${mountpoint}" (${complaint}): a container needs --cap-add SYS_ADMIN`,
    );
  }
  return new MountError('failed', `Cannot mount on "${mountpoint}": ${complaint || 'fusermount3 failed'}`);
}
