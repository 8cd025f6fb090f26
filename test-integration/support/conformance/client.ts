/**
 * What the conformance suite asks of a mounted view, whatever system it is mounted on. Paths are relative to the mount,
 * with `/`. Each call rejects with an error whose `code` is POSIX's name for what went wrong.
 */

export interface SeenNode {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** Each must fail on a read-only mount. */
export const ALL_CHANGES = [
  'open for writing',
  'create',
  'truncate',
  'mkdir',
  'rmdir',
  'unlink',
  'rename',
  'link',
  'symlink',
  'chmod',
  'chown',
  'utimes',
] as const;

export type Change = (typeof ALL_CHANGES)[number];

export interface HeldFile {
  /** As `MountClient.read`. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<unknown>;
}

export interface MountClient {
  /** Names as text, in any order, without `.` and `..`. */
  list(path: string): Promise<string[]>;
  /** Of a link itself. */
  stat(path: string): Promise<SeenNode>;
  /** Fewer bytes than asked for at the end of the file only. */
  read(path: string, offset: number, length: number): Promise<Buffer>;
  /** Keeps the file open until it is closed. */
  open(path: string): Promise<HeldFile>;
  target(path: string): Promise<string>;
  change(change: Change, path: string): Promise<unknown>;
  /** Resolves when its process has ended. What it waits for is given up. */
  close(): Promise<void>;
}
