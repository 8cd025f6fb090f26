/** NTSTATUS values (ntstatus.h) that are answered, and which of them an error of the view becomes. Pure. */

import { FsError, type FsErrorCode } from '../../errors.ts';

export const NtStatus = {
  Success: 0,
  Pending: 0x103,
  Reparse: 0x104,
  BufferOverflow: 0x8000_0005,
  InvalidHandle: 0xc000_0008,
  InvalidParameter: 0xc000_000d,
  NoSuchDevice: 0xc000_000e,
  InvalidDeviceRequest: 0xc000_0010,
  EndOfFile: 0xc000_0011,
  AccessDenied: 0xc000_0022,
  BufferTooSmall: 0xc000_0023,
  ObjectNameInvalid: 0xc000_0033,
  ObjectNameNotFound: 0xc000_0034,
  ObjectNameCollision: 0xc000_0035,
  ObjectPathNotFound: 0xc000_003a,
  EasNotSupported: 0xc000_004f,
  InsufficientResources: 0xc000_009a,
  MediaWriteProtected: 0xc000_00a2,
  FileIsADirectory: 0xc000_00ba,
  NotSupported: 0xc000_00bb,
  InternalError: 0xc000_00e5,
  NotADirectory: 0xc000_0103,
  Cancelled: 0xc000_0120,
  IoDeviceError: 0xc000_0185,
  VolumeDismounted: 0xc000_026e,
  NotAReparsePoint: 0xc000_0275,
  ReparseDataInvalid: 0xc000_0278,
  ReparseTagNotHandled: 0xc000_0279,
  ReparsePointNotResolved: 0xc000_0280,
} as const;

/** What an operation throws for a status that no error of the view stands for. Not a failure of ours. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  /** Unsigned. */
  readonly status: number;

  constructor(status: number, message = `NTSTATUS ${formatStatus(status)}`) {
    super(message);
    this.status = status;
  }
}

/** Undefined for what no operation means to throw: a failure of ours. */
export function statusOf(problem: unknown): number | undefined {
  if (problem instanceof StatusError) return problem.status;
  return problem instanceof FsError ? STATUS_OF_CODE[problem.code] : undefined;
}

/** Windows counts as successes what has no sign: also pending and reparse. */
export function isFailure(status: number): boolean {
  return (status | 0) < 0;
}

/** `0xc0000034`. */
export function formatStatus(status: number): string {
  return `0x${(status >>> 0).toString(16).padStart(8, '0')}`;
}

const STATUS_OF_CODE: Readonly<Record<FsErrorCode, number>> = {
  EACCES: NtStatus.AccessDenied,
  EINTR: NtStatus.Cancelled,
  EINVAL: NtStatus.InvalidParameter,
  EIO: NtStatus.IoDeviceError,
  EISDIR: NtStatus.FileIsADirectory,
  ENODATA: NtStatus.NotSupported,
  ENOENT: NtStatus.ObjectNameNotFound,
  ENOSYS: NtStatus.InvalidDeviceRequest,
  ENOTDIR: NtStatus.ObjectPathNotFound,
  ENXIO: NtStatus.NoSuchDevice,
  EOPNOTSUPP: NtStatus.NotSupported,
  ERANGE: NtStatus.BufferTooSmall,
  EROFS: NtStatus.MediaWriteProtected,
  ESTALE: NtStatus.InvalidHandle,
};
