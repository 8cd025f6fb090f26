/** Where a mount is to stand, once that was looked at. Types only. */

export interface Mountpoint {
  /** For the driver: absolute, on POSIX systems without links; on Windows also `X:`, or `*:` for a letter that is free. */
  readonly path: string;
  /** What the mount will hide. */
  readonly note: string | undefined;
}
