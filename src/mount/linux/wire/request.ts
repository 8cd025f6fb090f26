/**
 * The kernel's requests: bytes -> one typed request. Pure; nothing in the result refers to the bytes, so the
 * buffer may be read into again at once. Knows the layout only, not what an answer is.
 * Layouts: struct fuse_in_header and fuse_*_in of include/uapi/linux/fuse.h, protocol 7.23 and later.
 */

import { Opcode } from '../constants.ts';
import { WireReader } from './cursor.ts';

/** A nodeid in its two 32-bit halves; inode-table.ts gives them their meaning. */
export interface NodeId {
  readonly high: number;
  readonly low: number;
}

/** For maps. */
export function idKey({ high, low }: NodeId): string {
  return `${high}:${low}`;
}

/** Forget that `count` lookups of `node` were ever answered. */
export interface Forgotten {
  readonly node: NodeId;
  readonly count: number;
}

interface Header {
  readonly opcode: number;
  /** The answer carries it; an INTERRUPT names it. */
  readonly unique: bigint;
  readonly node: NodeId;
}

interface Range {
  readonly handle: number;
  readonly offset: number;
  readonly size: number;
}

/** What each kind of request says besides its header. `other` is whatever is answered by its opcode alone. */
interface Bodies {
  init: { readonly major: number; readonly minor: number; readonly flags: number };
  lookup: { readonly name: Uint8Array };
  forget: { readonly forgotten: readonly Forgotten[] };
  getattr: object;
  statx: object;
  readlink: object;
  statfs: object;
  destroy: object;
  open: object;
  opendir: object;
  read: Range;
  readdir: Range;
  readdirplus: Range;
  releasedir: { readonly handle: number };
  getxattr: { readonly size: number; readonly name: Uint8Array };
  listxattr: { readonly size: number };
  lseek: { readonly handle: number; readonly offset: number; readonly whence: number };
  interrupt: { readonly interrupted: bigint };
  other: object;
}

/** One kind of request, for the signature of the operation that answers it. */
export type RequestOf<Kind extends keyof Bodies> = Header & { readonly kind: Kind } & Bodies[Kind];

export type Request = { [Kind in keyof Bodies]: RequestOf<Kind> }[keyof Bodies];

/** sizeof(struct fuse_in_header). */
export const IN_HEADER_SIZE = 40;

/** Throws WireError if the message is shorter than its kind demands. */
export function decodeRequest(message: Uint8Array): Request {
  const reader = new WireReader(message);
  reader.skip(4);
  const opcode = reader.u32();
  const unique = reader.u64();
  const node = readNodeId(reader);
  // uid, gid, pid, and lengths of extensions that only creating requests carry.
  reader.skip(16);
  return decodeBody(reader, { opcode, unique, node });
}

/** What an answer to the message must carry; undefined if not even the header is whole. */
export function uniqueOf(message: Uint8Array): bigint | undefined {
  return message.length < IN_HEADER_SIZE ? undefined : new WireReader(message).skip(8).u64();
}

function decodeBody(reader: WireReader, header: Header): Request {
  switch (header.opcode) {
    case Opcode.Init:
      return { ...header, kind: 'init', ...readInit(reader) };
    case Opcode.Lookup:
      return { ...header, kind: 'lookup', name: reader.name() };
    case Opcode.Forget:
      return { ...header, kind: 'forget', forgotten: [{ node: header.node, count: reader.u53() }] };
    case Opcode.BatchForget:
      return { ...header, kind: 'forget', forgotten: readForgotten(reader) };
    case Opcode.Open:
      return { ...header, kind: 'open' };
    case Opcode.OpenDir:
      return { ...header, kind: 'opendir' };
    case Opcode.ReleaseDir:
      return { ...header, kind: 'releasedir', handle: reader.u53() };
    case Opcode.Read:
      return { ...header, kind: 'read', ...readRange(reader) };
    case Opcode.ReadDir:
      return { ...header, kind: 'readdir', ...readRange(reader) };
    case Opcode.ReadDirPlus:
      return { ...header, kind: 'readdirplus', ...readRange(reader) };
    default:
      return decodeRareBody(reader, header);
  }
}

function decodeRareBody(reader: WireReader, header: Header): Request {
  switch (header.opcode) {
    case Opcode.GetAttr:
      return { ...header, kind: 'getattr' };
    case Opcode.Statx:
      return { ...header, kind: 'statx' };
    case Opcode.ReadLink:
      return { ...header, kind: 'readlink' };
    case Opcode.StatFs:
      return { ...header, kind: 'statfs' };
    case Opcode.Destroy:
      return { ...header, kind: 'destroy' };
    case Opcode.GetXattr:
      return { ...header, kind: 'getxattr', size: reader.u32(), name: reader.skip(4).name() };
    case Opcode.ListXattr:
      return { ...header, kind: 'listxattr', size: reader.u32() };
    case Opcode.LSeek:
      return { ...header, kind: 'lseek', handle: reader.u53(), offset: reader.u53(), whence: reader.u32() };
    case Opcode.Interrupt:
      return { ...header, kind: 'interrupt', interrupted: reader.u64() };
    default:
      return { ...header, kind: 'other' };
  }
}

function readNodeId(reader: WireReader): NodeId {
  const id = reader.u64();
  return { high: Number(id >> 32n), low: Number(id & 0xffff_ffffn) };
}

/** struct fuse_init_in; `flags2` and later fields come only from newer kernels and are not needed. */
function readInit(reader: WireReader): { major: number; minor: number; flags: number } {
  const major = reader.u32();
  const minor = reader.u32();
  // max_readahead: ours is never larger than what the kernel has.
  const flags = reader.left >= 8 ? reader.skip(4).u32() : 0;
  return { major, minor, flags };
}

/** struct fuse_batch_forget_in, then `count` of struct fuse_forget_one. */
function readForgotten(reader: WireReader): Forgotten[] {
  const count = reader.u32();
  reader.skip(4);
  const forgotten: Forgotten[] = [];
  for (let i = 0; i < count; i++) forgotten.push({ node: readNodeId(reader), count: reader.u53() });
  return forgotten;
}

/** struct fuse_read_in, for files and directories. */
function readRange(reader: WireReader): Range {
  return { handle: reader.u53(), offset: reader.u53(), size: reader.u32() };
}
