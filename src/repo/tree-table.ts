/**
 * A folder's entries in one ArrayBuffer: made by a format's decoder in a worker thread, handed over without a
 * copy, read by number without making objects. Knows no format and does no I/O.
 */

import type { EntryKind } from './../entry-kind.ts';

export class TreeTable {
  /** Adopts what TreeTableBuilder.finish() made, on this thread or another. */
  constructor(readonly buffer: ArrayBuffer) {
    throw new Error('to be written');
  }
  declare readonly length: number;
  /** Entries of kinds that cannot be shown (restic's `irregular`), left out of the table. */
  declare readonly omitted: number;
  /** Whether no name is empty, `.`, `..`, over 1024 bytes, holds `/` or NUL, or occurs twice. */
  declare readonly plainNames: boolean;
  declare name: (entry: number) => Uint8Array;
  /** 64-bit hash of the name in two halves, for inode numbers. */
  declare nameHashLow: (entry: number) => number;
  declare nameHashHigh: (entry: number) => number;
  /** Binary search: entries are sorted by their names' bytes. -1 if absent. */
  declare find: (name: Uint8Array) => number;
  declare kind: (entry: number) => EntryKind;
  /** 0o7777 bits. */
  declare mode: (entry: number) => number;
  declare uid: (entry: number) => number;
  declare gid: (entry: number) => number;
  /** As stored: may be 0. */
  declare links: (entry: number) => number;
  declare size: (entry: number) => number;
  declare deviceMajor: (entry: number) => number;
  declare deviceMinor: (entry: number) => number;
  /** Device and inode number at backup time, 64 bits each: identity of hard links. */
  declare sourceDevice: (entry: number) => bigint;
  declare sourceInode: (entry: number) => bigint;
  declare accessSeconds: (entry: number) => number;
  declare accessNanoseconds: (entry: number) => number;
  declare modifySeconds: (entry: number) => number;
  declare modifyNanoseconds: (entry: number) => number;
  declare changeSeconds: (entry: number) => number;
  declare changeNanoseconds: (entry: number) => number;
  /** Of a symlink; empty for others. */
  declare linkTarget: (entry: number) => Uint8Array;
  declare linkTargetLength: (entry: number) => number;
  /** 32-byte tree id of a folder; empty where the backup has none. */
  declare subtree: (entry: number) => Uint8Array;
  /** 32-byte ids of a file's parts, one after the other. */
  declare content: (entry: number) => Uint8Array;
  declare extendedAttributes: (entry: number) => readonly { name: Uint8Array; value: Uint8Array }[];
}
