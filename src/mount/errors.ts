/** What a view or a driver rejects with: a POSIX error name that each driver maps to its system's number. */

export type FsErrorCode =
  | 'EACCES'
  | 'EINTR'
  | 'EINVAL'
  | 'EIO'
  | 'EISDIR'
  | 'ENODATA'
  | 'ENOENT'
  | 'ENOSYS'
  | 'ENOTDIR'
  | 'ENXIO'
  | 'EOPNOTSUPP'
  | 'ERANGE'
  | 'EROFS'
  | 'ESTALE';

export class FsError extends Error {
  override readonly name = 'FsError';
  readonly code: FsErrorCode;

  constructor(code: FsErrorCode, message: string = code, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A mount that could not be made or ended. The message names the mountpoint or device and the cure. */
export class MountError extends Error {
  override readonly name = 'MountError';
  readonly code: 'unavailable' | 'denied' | 'busy' | 'failed';

  constructor(code: MountError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
