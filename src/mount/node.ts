/**
 * What a mount shows, independent of any file-system interface and of any repository format. Types only.
 *
 * Names, link targets and attribute names are bytes. Entries of a folder are addressed by number, so that a
 * listing of 200,000 entries costs no object and no await an entry.
 */

import { EntryKind } from '../entry-kind.ts';

export { EntryKind };

/** One node's metadata. Mutable so that a listing can fill the same record for entry after entry. */
export interface Attributes {
  kind: EntryKind;
  /** 64 bits, stable over remounts; hard links within a snapshot share it. Never 0 or 1 except the root's 1. */
  inode: bigint;
  /** Permission, set-id and sticky bits only (0o7777): the type is `kind`. */
  mode: number;
  /** At least 1. */
  links: number;
  uid: number;
  gid: number;
  /** Bytes; of a symlink, of its target. */
  size: number;
  /** Of devices. */
  deviceMajor: number;
  deviceMinor: number;
  accessSeconds: number;
  accessNanoseconds: number;
  modifySeconds: number;
  modifyNanoseconds: number;
  changeSeconds: number;
  changeNanoseconds: number;
}

export interface ExtendedAttribute {
  readonly name: Uint8Array;
  readonly value: Uint8Array;
}

/** The tag of a reparse point of Windows, and how it is known. */
export interface ReparseTagFact {
  readonly tag: number;
  /** As the backup has it, encoded in a link of Wine, or inferred from all else. */
  readonly source: 'stored' | 'wine' | 'inferred';
}

/** What a backup says of a node that no file system of POSIX shows. */
export interface StoredFacts {
  /** Of a symlink: the target as stored, whatever it shows. */
  readonly target?: Uint8Array | undefined;
  /** A kind that the backup names and does not describe. */
  readonly irregular?: boolean | undefined;
  /** FILE_ATTRIBUTE_* bits. */
  readonly fileAttributes?: number | undefined;
  /** A FILETIME: units of 100 ns since 1601-01-01T00:00:00Z. */
  readonly creationTime?: bigint | undefined;
  /** A self-relative SECURITY_DESCRIPTOR. */
  readonly securityDescriptor?: Uint8Array | undefined;
  /** A complete REPARSE_DATA_BUFFER, as stored: perhaps malformed. */
  readonly reparsePoint?: Uint8Array | undefined;
  readonly reparseTag?: ReparseTagFact | undefined;
}

export interface BaseNode {
  readonly attributes: Readonly<Attributes>;
  /** In stored order; empty for most nodes. */
  extendedAttributes(): readonly ExtendedAttribute[];
  /** Left out by nodes that no backup holds. */
  storedFacts?(): StoredFacts;
}

export interface Directory extends BaseNode {
  readonly kind: typeof EntryKind.Directory;
  /** Whether its entries can change while mounted. Only the folders above the snapshots do. */
  readonly changes: boolean;
  /**
   * Its entries now. Cheap when asked again: the view caches, a driver need not keep the result.
   * Rejects with FsError (EIO for what cannot be read).
   */
  list(signal: AbortSignal): Promise<Listing>;
}

/**
 * The entries of one directory. An entry's number keeps its meaning for as long as the Directory lives, over
 * every Listing it returns: a removed entry's number is never used again, a changed entry gets a new one.
 * `.` and `..` are not among them. No name is empty, `.`, `..`, longer than 1024 bytes or holds `/`, NUL,
 * `\..` or `..\`, and none occurs twice.
 */
export interface Listing {
  /** One more than the highest entry number. */
  readonly end: number;
  /** False for the number of a removed entry. */
  has(entry: number): boolean;
  /** The number of the entry with this name, or -1. */
  find(name: Uint8Array): number;
  /** A view of shared memory: never write to it. */
  name(entry: number): Uint8Array;
  kind(entry: number): EntryKind;
  /** Without the rest of the attributes, for plain listings. */
  inode(entry: number): bigint;
  /** Fills `into` and returns it. */
  attributes(entry: number, into: Attributes): Attributes;
  /** Whether the entry shares its inode with others of the same snapshot. */
  hardLinked(entry: number): boolean;
  /** Begins to load what these folders hold, for a program that goes through them in order. May do nothing. */
  prepareFolders(entries: readonly number[]): void;
  /**
   * Gives the whole contents of small files to `use`, some at once, up to so many bytes in all. Files may be left out;
   * empty ones, and those that cannot be read, are.
   */
  readTogether(
    entries: readonly number[],
    mostBytes: number,
    signal: AbortSignal,
    use: (found: readonly WholeFile[]) => void,
  ): Promise<void>;
  /** Makes the entry's node. Cheap, and made anew for each call. */
  node(entry: number): Node;
}

export interface File extends BaseNode {
  readonly kind: typeof EntryKind.File;
  open(signal: AbortSignal): Promise<OpenFile>;
}

/** The whole content of one file of a listing. */
export interface WholeFile {
  readonly entry: number;
  /** Bytes. */
  readonly size: number;
  /**
   * Decodes it, some ten microseconds of work, unless that was done before. To be called once. Undefined if it is damaged:
   * whoever opens the file learns why.
   */
  readonly bytes: () => Uint8Array | undefined;
}

/**
 * Gets consecutive slices of shared memory, valid until what it returns has settled: never write to them, never keep
 * them.
 */
export type UseSlices = (slices: readonly Uint8Array[]) => Promise<void> | void;

/** Any number of reads may be under way at once. */
export interface OpenFile {
  /** Bytes; wins over `attributes.size` where they differ (the content is what was backed up). */
  readonly size: number;
  /**
   * Calls `use` once with `length` bytes from `offset`, fewer only at the end.
   * Rejects with FsError EIO where any byte of the range is damaged or unreachable.
   */
  read(offset: number, length: number, signal: AbortSignal, use: UseSlices): Promise<void>;
}

export interface Symlink extends BaseNode {
  readonly kind: typeof EntryKind.Symlink;
  /** As many bytes as `attributes.size` says. Rejects with FsError EIO where a folder on its way is out of reach. */
  target(signal: AbortSignal): Promise<Uint8Array>;
  /** Whether that is a folder, where it is known without anything being loaded; else undefined. */
  readonly leadsToFolder?: boolean | undefined;
}

/** Devices, fifos and sockets: they have attributes and nothing to read. */
export interface Special extends BaseNode {
  readonly kind:
    | typeof EntryKind.BlockDevice
    | typeof EntryKind.CharDevice
    | typeof EntryKind.Fifo
    | typeof EntryKind.Socket;
}

export type Node = Directory | File | Symlink | Special;

/** Figures for statfs: what the repository holds. Nothing is ever free on a read-only mount. */
export interface Statistics {
  readonly bytes: number;
  readonly nodes: number;
}

/** Everything that a driver mounts. */
export interface View {
  /** Its inode number is 1. */
  readonly root: Directory;
  statistics(): Statistics;
  /** Whether storedFacts() of any node may have a creation time. Left out: no. */
  readonly hasCreationTimes?: boolean;
}
