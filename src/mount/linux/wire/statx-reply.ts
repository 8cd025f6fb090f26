/**
 * The answer to STATX, of 7.39 and later: attributes with a time of creation. Pure. Layouts: struct fuse_statx_out and
 * struct fuse_statx of include/uapi/linux/fuse.h.
 */

import type { Attributes } from '../../node.ts';
import type { WireWriter } from './cursor.ts';
import { blockSizeOf, SECTOR, type Timeout, TYPE_BITS } from './reply.ts';

export interface CreationTime {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** STATX_BASIC_STATS and STATX_BTIME of include/uapi/linux/stat.h. */
const BASIC_STATS = 0x7ff;
const BTIME = 0x800;

export function writeStatxAnswer(
  out: WireWriter,
  of: Attributes,
  created: CreationTime | undefined,
  { seconds, nanoseconds }: Timeout,
): void {
  out.i64(seconds).u32(nanoseconds).u32(0).zeros(16);
  out
    .u32(created === undefined ? BASIC_STATS : BASIC_STATS | BTIME)
    .u32(blockSizeOf(of.kind))
    .zeros(8);
  out.u32(of.links).u32(of.uid).u32(of.gid);
  out.u16(TYPE_BITS[of.kind] | (of.mode & 0o7777)).u16(0);
  out
    .u64(of.inode)
    .i64(of.size)
    .i64(Math.ceil(of.size / SECTOR))
    .zeros(8);
  writeTime(out, of.accessSeconds, of.accessNanoseconds);
  writeTime(out, created?.seconds ?? 0, created?.nanoseconds ?? 0);
  writeTime(out, of.changeSeconds, of.changeNanoseconds);
  writeTime(out, of.modifySeconds, of.modifyNanoseconds);
  out
    .u32(of.deviceMajor)
    .u32(of.deviceMinor)
    .zeros(8 + 112);
}

/** struct fuse_sx_time. */
function writeTime(out: WireWriter, seconds: number, nanoseconds: number): void {
  out.i64(seconds).u32(nanoseconds).u32(0);
}
