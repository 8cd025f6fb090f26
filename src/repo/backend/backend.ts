/**
 * What stores a repository's files, and nothing about what is in them.
 *
 * Types only. Contract for every implementation:
 * - no retries inside: `BackendError.permanent` tells a retrying wrapper whether another try can help;
 * - every method may be called concurrently; each call stands alone;
 * - an aborted signal rejects with `signal.reason`.
 * Locks are small and must never wait behind pack reads: a wrapper that limits concurrency lets them pass.
 */

/** The kinds of file that a repository holds (restic's design document, "Repository Layout"). */
export type FileKind = 'config' | 'key' | 'lock' | 'snapshot' | 'index' | 'pack';

/** One file of a repository. `name` is its storage id, 64 lower-case hex digits; empty for the config. */
export interface FileName {
  readonly kind: FileKind;
  readonly name: string;
}

export interface Backend {
  /** For messages: where the repository is, without any secret. */
  readonly location: string;

  /** How old a listing of snapshots may be, in milliseconds, before it is worth asking again. */
  readonly listingLifetime: number;

  /** The names of all files of one kind, in no order; names that are not storage ids are left out. */
  list(kind: Exclude<FileKind, 'config'>, signal: AbortSignal): Promise<string[]>;

  /** A whole file, in memory that is the result's from first to last byte, so that it can be moved to a thread. */
  read(file: FileName, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * Fills `into`, of any memory, with the bytes from `offset`: fewer than that is an error (`truncated`). Nothing writes
   * into it any more once this has settled, however it has: the caller may give it to somebody else.
   */
  readInto(file: FileName, offset: number, into: Uint8Array, signal: AbortSignal): Promise<void>;

  /** Writes a new file so that it appears whole or not at all. */
  write(file: FileName, bytes: Uint8Array, signal: AbortSignal): Promise<void>;

  /** Removing what is not there is not an error. */
  remove(file: FileName, signal: AbortSignal): Promise<void>;

  /** Waits for what is in flight. No method may be called afterwards. */
  close(): Promise<void>;
}
