/**
 * The answers: typed values -> bytes, written behind one another into a WireWriter. Pure; the header is put
 * before them by the connection. Layouts: struct fuse_*_out of include/uapi/linux/fuse.h, 7.23 and later.
 */

import { type Attributes, EntryKind } from '../../node.ts';
import { FileType } from '../constants.ts';
import type { WireWriter } from './cursor.ts';
import type { NodeId } from './request.ts';

/** sizeof(struct fuse_out_header). */
export const OUT_HEADER_SIZE = 16;

/** A page: what stat shows as the preferred size of reads, and the unit of statfs. */
export const BLOCK_SIZE = 4096;

/**
 * The same of a folder: opendir(3) of glibc takes it for its buffer, 32 KiB otherwise, and the kernel (from 6.15 on)
 * asks for as much of a listing at once. With 128 bytes of attributes an entry that is half as many requests in a walk.
 */
const FOLDER_BLOCK_SIZE = 128 * 1024;

/** `st_blocks` counts these, whatever the block size. */
export const SECTOR = 512;

/** What a Listing allows. */
const LONGEST_NAME = 1024;

export const TYPE_BITS: Readonly<Record<EntryKind, number>> = {
  [EntryKind.Directory]: FileType.Directory,
  [EntryKind.File]: FileType.File,
  [EntryKind.Symlink]: FileType.Symlink,
  [EntryKind.BlockDevice]: FileType.BlockDevice,
  [EntryKind.CharDevice]: FileType.CharDevice,
  [EntryKind.Fifo]: FileType.Fifo,
  [EntryKind.Socket]: FileType.Socket,
};

export interface Timeout {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** How long the kernel may believe a name or attributes without asking. */
export interface Validity {
  readonly entry: Timeout;
  readonly attributes: Timeout;
}

/** struct fuse_entry_out. */
export function writeEntry(out: WireWriter, id: NodeId, attributes: Attributes, validity: Validity): void {
  // Generation 0: a nodeid is not used again, so that there is nothing to tell apart.
  out.pair(id.high, id.low).u64(0n);
  out.i64(validity.entry.seconds).i64(validity.attributes.seconds);
  out.u32(validity.entry.nanoseconds).u32(validity.attributes.nanoseconds);
  writeAttributes(out, attributes);
}

/** An entry that says for how long a name does not exist: nodeid 0. */
export function writeMissingEntry(out: WireWriter, { seconds, nanoseconds }: Timeout): void {
  out.zeros(16).i64(seconds).zeros(8).u32(nanoseconds).zeros(92);
}

/** struct fuse_attr_out. */
export function writeAttributesAnswer(
  out: WireWriter,
  attributes: Attributes,
  { seconds, nanoseconds }: Timeout,
): void {
  out.i64(seconds).u32(nanoseconds).u32(0);
  writeAttributes(out, attributes);
}

/** struct fuse_open_out. */
export function writeOpened(out: WireWriter, handle: number, flags: number): void {
  out.i64(handle).u32(flags).u32(0);
}

/** struct fuse_getxattr_out: the answer to a request for the size only. */
export function writeSize(out: WireWriter, size: number): void {
  out.u32(size).u32(0);
}

/** struct fuse_lseek_out. */
export function writeOffset(out: WireWriter, offset: number): void {
  out.i64(offset);
}

/** struct fuse_statfs_out: all is used, nothing is free. */
export function writeStatistics(out: WireWriter, total: { bytes: number; nodes: number }): void {
  out
    .i64(Math.ceil(total.bytes / BLOCK_SIZE))
    .u64(0n)
    .u64(0n);
  out.i64(total.nodes).u64(0n);
  out.u32(BLOCK_SIZE).u32(LONGEST_NAME).u32(BLOCK_SIZE).u32(0).zeros(24);
}

/** struct fuse_init_out of 7.23 and later: 64 bytes. */
export function writeInit(out: WireWriter, init: InitAnswer): void {
  out.u32(init.major).u32(init.minor).u32(init.maxReadahead).u32(init.flags);
  out.u16(init.maxBackground).u16(init.congestion).u32(init.maxWrite).u32(init.timeGranularity);
  out.u16(init.maxPages).u16(0).zeros(32);
}

export interface InitAnswer {
  readonly major: number;
  readonly minor: number;
  readonly maxReadahead: number;
  readonly flags: number;
  readonly maxBackground: number;
  readonly congestion: number;
  readonly maxWrite: number;
  readonly timeGranularity: number;
  readonly maxPages: number;
}

/** Bytes that the entry takes in READDIR; READDIRPLUS has ENTRY_SIZE more. */
export function direntSize(name: Uint8Array): number {
  return (24 + name.length + 7) & ~7;
}

/** sizeof(struct fuse_entry_out). */
export const ENTRY_SIZE = 128;

/**
 * struct fuse_dirent with the name, padded to 8 bytes; `next` is the offset at which the stream goes on after it.
 * In READDIRPLUS a `writeEntry` comes before it.
 */
export function writeDirent(
  out: WireWriter,
  inode: bigint,
  next: number,
  kind: EntryKind,
  name: Uint8Array,
): void {
  out.u64(inode).i64(next).u32(name.length);
  out.u32(TYPE_BITS[kind] >> 12);
  out.padded(name);
}

/** struct fuse_attr: 88 bytes. */
function writeAttributes(out: WireWriter, of: Attributes): void {
  out
    .u64(of.inode)
    .i64(of.size)
    .i64(Math.ceil(of.size / SECTOR));
  out.i64(of.accessSeconds).i64(of.modifySeconds).i64(of.changeSeconds);
  out.u32(of.accessNanoseconds).u32(of.modifyNanoseconds).u32(of.changeNanoseconds);
  out
    .u32(TYPE_BITS[of.kind] | (of.mode & 0o7777))
    .u32(of.links)
    .u32(of.uid)
    .u32(of.gid);
  out.u32(encodeDevice(of.deviceMajor, of.deviceMinor)).u32(blockSizeOf(of.kind)).u32(0);
}

/** `st_blksize`. */
export function blockSizeOf(kind: EntryKind): number {
  return kind === EntryKind.Directory ? FOLDER_BLOCK_SIZE : BLOCK_SIZE;
}

/** The kernel's 32-bit device number (new_encode_dev in include/linux/kdev_t.h): 12 bits of major, 20 of minor. */
export function encodeDevice(major: number, minor: number): number {
  return ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & 0xfff00) << 12)) >>> 0;
}
