/**
 * A repository as everything above it sees it, whatever its format. Types only: nothing of restic here.
 */

import type { TreeTable } from './tree-table.ts';

/** A moment with the offset that it was recorded in, to the nanosecond. */
export interface Timestamp {
  /** Whole seconds since 1970-01-01T00:00:00Z, may be negative. */
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanoseconds: number;
  /** East of UTC. */
  readonly offsetSeconds: number;
}

export interface Snapshot {
  /** 64 hex digits. */
  readonly id: string;
  readonly time: Timestamp;
  /** Raw id of the root tree, 32 bytes. */
  readonly tree: Uint8Array;
  readonly paths: readonly string[];
  readonly hostname: string;
  readonly username: string;
  readonly uid: number;
  readonly gid: number;
  readonly tags: readonly string[];
  /** The document as stored, for `--json`; authenticated, its shape not checked any further. */
  readonly document: Readonly<Record<string, unknown>>;
}

/**
 * Gets consecutive slices of shared memory, valid until what it returns has settled: never write to them, never keep
 * them.
 */
export type UseSlices = (slices: readonly Uint8Array[]) => Promise<void> | void;

/**
 * Gives a whole content, to be called once: what is small is decoded only then, as that takes less time than letting a
 * thread do it. Undefined if it is damaged, or the repository was closed.
 */
export type LaterBytes = () => Uint8Array | undefined;

/** The content of one of several files. */
export interface FoundContent {
  /** Which of those that were asked for. */
  readonly place: number;
  /** Bytes. */
  readonly size: number;
  readonly bytes: LaterBytes;
}

/** A file's bytes. */
export interface Content {
  /** Bytes, as the sum of its parts says; this is the truth where a directory entry says otherwise. */
  readonly size: number;

  /** Calls `use` once with `length` bytes from `offset`, fewer only at the end of the file; or rejects. */
  read(offset: number, length: number, signal: AbortSignal, use: UseSlices): Promise<void>;
}

export interface Usage {
  /** Bytes of all distinct content before compression. */
  readonly bytes: number;
  /** Number of distinct pieces of content. */
  readonly blobs: number;
}

/** May be used by any number of callers at once. Methods reject with RepositoryError, or with `signal.reason`. */
export interface Repository {
  /** 64 hex digits, the same for every copy of the repository. */
  readonly id: string;
  /** For messages; without secrets. */
  readonly location: string;
  /** Milliseconds for which a list of snapshots is fresh enough. */
  readonly listingLifetime: number;
  /** Aborts, with the reason, when reading on is no longer safe because the lock was lost. */
  readonly lost: AbortSignal;

  /**
   * The snapshots as they are now, oldest first, ties by id. Whatever they refer to can be read once this
   * resolves. A snapshot file that cannot be read is left out and reported once.
   */
  snapshots(signal: AbortSignal): Promise<readonly Snapshot[]>;

  /** A folder's entries. `id` is 32 bytes. */
  tree(id: Uint8Array, signal: AbortSignal): Promise<TreeTable>;

  /** Begins to load a folder's entries, unless too much is under way: whoever asks for them learns of a failure. */
  prepareTree(id: Uint8Array): void;

  /**
   * Reads whole contents of small files that consist of one part, up to so many bytes in all, and gives those that lie
   * together to `use` at once, as they come. What cannot be read is left out: whoever opens it learns why.
   */
  readTogether(
    contents: readonly Uint8Array[],
    mostBytes: number,
    signal: AbortSignal,
    use: (found: readonly FoundContent[]) => void,
  ): Promise<void>;

  /** Opens a file's content. `ids` are the 32-byte ids of its parts, one after the other. */
  content(ids: Uint8Array, signal: AbortSignal): Promise<Content>;

  usage(): Usage;

  /**
   * Removes the lock, so that nothing which hangs can keep it, stops every task, ends the threads, closes the
   * backend: in this order, each awaited.
   */
  close(): Promise<void>;
}
