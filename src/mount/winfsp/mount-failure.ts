/** What WinFsp refused, as what a person can do about it. Pure. */

import { MountError } from '../errors.ts';
import { WINFSP_SITE } from './notice.ts';
import { formatStatus, NtStatus } from './wire/nt-status.ts';

export type Step = 'preflight' | 'volume' | 'dispatcher' | 'mountpoint';

export function mountFailure(step: Step, status: number, mountpoint: string): MountError {
  switch (status >>> 0) {
    case NtStatus.ObjectNameCollision:
      return new MountError('busy', `Cannot mount at "${mountpoint}": it is in use, or there already`);
    case NtStatus.NoSuchDevice:
    case NtStatus.ObjectNameNotFound:
      if (step === 'mountpoint') break;
      return new MountError(
        'unavailable',
        `WinFsp's driver does not run: restart Windows, or install WinFsp again from ${WINFSP_SITE}`,
      );
    case NtStatus.AccessDenied:
      return new MountError('denied', `Windows does not let this user mount at "${mountpoint}"`);
  }
  if (step === 'mountpoint' && mountpoint === '*:') {
    return new MountError('busy', 'No drive letter is free: unmount one, or mount at a new folder');
  }
  if (step === 'mountpoint' && PATH_STATUSES.includes(status >>> 0)) {
    return new MountError(
      'failed',
      `Cannot mount at "${mountpoint}": its folder must be there, on a disk with NTFS`,
    );
  }
  return new MountError(
    'failed',
    `Cannot mount at "${mountpoint}": WinFsp failed with ${formatStatus(status)} at the step "${step}"`,
  );
}

const PATH_STATUSES: readonly number[] = [
  NtStatus.ObjectNameNotFound,
  NtStatus.ObjectPathNotFound,
  NtStatus.ObjectNameInvalid,
  // It cannot hold a reparse point, as FAT.
  NtStatus.InvalidDeviceRequest,
];
