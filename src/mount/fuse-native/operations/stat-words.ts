/**
 * Attributes as the words that fuse-native takes. It has 32 bits for an inode number and whole milliseconds from 1970 on
 * for a time: what is before is shown as 1970. Source: populate_stat and populate_statvfs in fuse-native.c. Pure.
 */

import { type Attributes, EntryKind, type Statistics } from '../../node.ts';
import { STAT_WORDS, STATFS_WORDS } from './requests.ts';

const WORD = 2 ** 32;
/** What `blocks` of stat(2) counts in. */
const STAT_BLOCK = 512;
const BLOCK = 4096;
const LONGEST_NAME = 255;

/** The type bits of st_mode, which are the same on all systems. */
const TYPE_BITS: Readonly<Record<EntryKind, number>> = {
  [EntryKind.File]: 0o100000,
  [EntryKind.Directory]: 0o040000,
  [EntryKind.Symlink]: 0o120000,
  [EntryKind.BlockDevice]: 0o060000,
  [EntryKind.CharDevice]: 0o020000,
  [EntryKind.Fifo]: 0o010000,
  [EntryKind.Socket]: 0o140000,
};

/** `inode` is what the file is called in 32 bits; `platform` as Node has it. */
export function statWords(attributes: Readonly<Attributes>, inode: number, platform: string): Uint32Array {
  const words = new Uint32Array(STAT_WORDS);
  const { kind, mode, uid, gid, size, links, deviceMajor, deviceMinor } = attributes;
  words[0] = TYPE_BITS[kind] | mode;
  words[1] = uid;
  words[2] = gid;
  setPair(words, 3, size);
  words[6] = links;
  words[7] = inode;
  words[8] = deviceNumber(deviceMajor, deviceMinor, platform);
  words[9] = BLOCK;
  setPair(words, 10, Math.ceil(size / STAT_BLOCK));
  setPair(words, 12, milliseconds(attributes.accessSeconds, attributes.accessNanoseconds));
  setPair(words, 14, milliseconds(attributes.modifySeconds, attributes.modifyNanoseconds));
  setPair(words, 16, milliseconds(attributes.changeSeconds, attributes.changeNanoseconds));
  return words;
}

/** Fills what a listing says of an entry: its kind and its inode number. */
export function setEntryWords(words: Uint32Array, kind: EntryKind, inode: number): void {
  words[0] = TYPE_BITS[kind];
  words[7] = inode;
}

/** A full file system. Its blocks are as large as it takes to count them in 32 bits. */
export function statfsWords({ bytes, nodes }: Statistics): Uint32Array {
  const words = new Uint32Array(STATFS_WORDS);
  let block = BLOCK;
  while (bytes / block >= WORD) block *= 2;
  words[0] = block;
  words[1] = block;
  words[2] = Math.ceil(bytes / block);
  words[5] = Math.min(nodes, WORD - 1);
  words[10] = LONGEST_NAME;
  return words;
}

/** Linux: makedev(3) of glibc, as far as it has 32 bits. macOS: 8 bits, then 24. */
export function deviceNumber(major: number, minor: number, platform: string): number {
  if (platform === 'darwin') return ((major << 24) | (minor & 0xffffff)) >>> 0;
  return ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & 0xfff00) << 12)) >>> 0;
}

function milliseconds(seconds: number, nanoseconds: number): number {
  return Math.max(0, seconds * 1000 + Math.floor(nanoseconds / 1e6));
}

function setPair(words: Uint32Array, at: number, value: number): void {
  words[at] = value % WORD;
  words[at + 1] = Math.floor(value / WORD);
}
