/** What a reparse point says, whichever way its buffer is laid out. Types only. */

/**
 * Names are the UTF-16 code units that were stored, in a string as they are: unpaired surrogates, NUL and
 * separators of either kind may be among them. Nothing has looked at where they lead.
 */
export type ReparsePoint = MountPoint | WindowsSymlink | WslSymlink | AfUnixSocket | OpaqueReparsePoint;

/** A junction (`\??\C:\Users\me`) or a volume mount point (`\??\Volume{GUID}\`). */
export interface MountPoint {
  readonly kind: 'mount-point';
  /** Where it leads, for the kernel. Never empty. */
  readonly substituteName: string;
  /** Where it leads, for people. May be empty, or anything else. */
  readonly printName: string;
}

export interface WindowsSymlink {
  readonly kind: 'symlink';
  /** Never empty. */
  readonly substituteName: string;
  readonly printName: string;
  /** From the folder of the link, or from the root of its volume where it begins with a separator. */
  readonly relative: boolean;
  /** The bits of its flags that [MS-FSCC] gives no meaning; 0 in all links that Windows makes. */
  readonly reservedFlags: number;
}

export interface WslSymlink {
  readonly kind: 'wsl-symlink';
  /** A path of Linux, UTF-8 by convention, never empty; undefined (version 1) where the file's content is the path. */
  readonly target: Uint8Array | undefined;
}

export interface AfUnixSocket {
  readonly kind: 'af-unix';
}

/** Everything else: somebody's bytes. */
export interface OpaqueReparsePoint {
  readonly kind: 'opaque';
  readonly tag: number;
  /** Of a tag that is not Microsoft's, and of no other: `01234567-89ab-cdef-0123-456789abcdef`. */
  readonly guid: string | undefined;
  readonly data: Uint8Array;
}
