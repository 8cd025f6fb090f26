/**
 * REPARSE_DATA_BUFFER and REPARSE_GUID_DATA_BUFFER as a file system holds them and FSCTL_GET_REPARSE_POINT gives
 * them, all fields little-endian: [MS-FSCC] 2.1.2.2 to 2.1.2.5 and 2.1.2.7. Strict in what it reads. Pure.
 */

import { formatGuid, parseGuid } from './guid.ts';
import { ReparseError } from './reparse-error.ts';
import type { MountPoint, OpaqueReparsePoint, ReparsePoint, WindowsSymlink } from './reparse-point.ts';
import { formatReparseTag, isReparseTag, ReparseTag, reparseTagBits } from './reparse-tags.ts';

/** MAXIMUM_REPARSE_DATA_BUFFER_SIZE of ntifs.h, header and all. */
export const MAX_REPARSE_BUFFER_BYTES = 16 * 1024;

/** Tag, length of the data, and two bytes that mean nothing. */
const HEADER_BYTES = 8;
const GUID_BYTES = 16;
/** Offsets and lengths of both names; a symbolic link has flags behind them. */
const NAME_FIELDS_BYTES = 8;
const SYMLINK_FIELDS_BYTES = 12;
const SYMLINK_FLAG_RELATIVE = 1;
const WSL_VERSION_BYTES = 4;
const WSL_TARGET_IN_FILE = 1;
const WSL_TARGET_IN_BUFFER = 2;
const UTF16_BYTES = 2;

/** Of exactly one whole buffer. Keeps nothing of `buffer`. Throws ReparseError. */
export function decodeReparseBuffer(buffer: Uint8Array): ReparsePoint {
  const bytes = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.length);
  const tag = readHeader(bytes);
  switch (tag) {
    case ReparseTag.MountPoint:
      return { kind: 'mount-point', ...readNames(bytes, NAME_FIELDS_BYTES) };
    case ReparseTag.Symlink:
      return readSymlink(bytes);
    case ReparseTag.WslSymlink:
      return { kind: 'wsl-symlink', target: readWslTarget(bytes) };
    case ReparseTag.AfUnix:
      if (bytes.length > HEADER_BYTES) throw new ReparseError('a socket has no data', HEADER_BYTES);
      return { kind: 'af-unix' };
    default:
      return readOpaque(bytes, tag);
  }
}

/**
 * The buffer that Windows itself makes of it: the names of a mount point each with a NUL, the substitute name
 * first; those of a symbolic link without, the print name first. Throws ReparseError.
 */
export function encodeReparseBuffer(point: ReparsePoint): Uint8Array<ArrayBuffer> {
  switch (point.kind) {
    case 'mount-point':
      return withHeader(ReparseTag.MountPoint, mountPointData(point));
    case 'symlink':
      return withHeader(ReparseTag.Symlink, symlinkData(point));
    case 'wsl-symlink':
      return withHeader(ReparseTag.WslSymlink, wslData(point.target));
    case 'af-unix':
      return withHeader(ReparseTag.AfUnix, Buffer.alloc(0));
    case 'opaque':
      return opaqueBuffer(point);
  }
}

/** The tag, when the header is right for all the bytes that there are. */
function readHeader(bytes: Buffer): number {
  if (bytes.length > MAX_REPARSE_BUFFER_BYTES) {
    throw new ReparseError(
      `more than the ${MAX_REPARSE_BUFFER_BYTES} bytes that one may have`,
      MAX_REPARSE_BUFFER_BYTES,
    );
  }
  if (bytes.length < HEADER_BYTES) {
    throw new ReparseError(`the header of ${HEADER_BYTES} bytes is cut off`, bytes.length);
  }
  const tag = bytes.readUInt32LE(0);
  if (!isReparseTag(tag)) throw new ReparseError(`no reparse tag is ${formatReparseTag(tag)}`, 0);
  const start = dataStart(tag);
  const length = bytes.readUInt16LE(4);
  if (start + length !== bytes.length) {
    const guid = start > HEADER_BYTES ? ', GUID' : '';
    throw new ReparseError(
      `header${guid} and data make ${start + length} bytes, but there are ${bytes.length}`,
      4,
    );
  }
  return tag;
}

/** Where the data begins: behind the GUID in buffers of other owners than Microsoft. */
function dataStart(tag: number): number {
  return reparseTagBits(tag).microsoft ? HEADER_BYTES : HEADER_BYTES + GUID_BYTES;
}

function readSymlink(bytes: Buffer): WindowsSymlink {
  const names = readNames(bytes, SYMLINK_FIELDS_BYTES);
  const flags = bytes.readUInt32LE(HEADER_BYTES + NAME_FIELDS_BYTES);
  const relative = (flags & SYMLINK_FLAG_RELATIVE) !== 0;
  return { kind: 'symlink', ...names, relative, reservedFlags: (flags & ~SYMLINK_FLAG_RELATIVE) >>> 0 };
}

/** Both names may lie anywhere behind the fields, in any order, with or without a NUL. */
function readNames(
  bytes: Buffer,
  fieldsBytes: number,
): { readonly substituteName: string; readonly printName: string } {
  const start = HEADER_BYTES + fieldsBytes;
  if (bytes.length < start) throw new ReparseError('the offsets of the names are cut off', bytes.length);
  if ((bytes.length - start) % UTF16_BYTES !== 0) {
    throw new ReparseError('the names end within a character', bytes.length - 1);
  }
  const substituteName = readName(bytes, start, HEADER_BYTES, 'substitute');
  if (substituteName === '') throw new ReparseError('the substitute name is empty', HEADER_BYTES + 2);
  return { substituteName, printName: readName(bytes, start, HEADER_BYTES + 4, 'print') };
}

/** `at` is where the name's offset and length stand, both in bytes, the offset from `start`. */
function readName(bytes: Buffer, start: number, at: number, which: string): string {
  const offset = bytes.readUInt16LE(at);
  const length = bytes.readUInt16LE(at + 2);
  if (offset % UTF16_BYTES !== 0)
    throw new ReparseError(`the ${which} name has the odd offset ${offset}`, at);
  if (length % UTF16_BYTES !== 0) {
    throw new ReparseError(`the ${which} name has the odd length ${length}`, at + 2);
  }
  const end = start + offset + length;
  if (end > bytes.length) {
    throw new ReparseError(`the ${which} name would end at byte ${end} of ${bytes.length}`, at);
  }
  return bytes.toString('utf16le', start + offset, end);
}

/** Version 1 keeps the target in the file; 2 keeps it here, without a NUL. There are no others. */
function readWslTarget(bytes: Buffer): Uint8Array | undefined {
  const start = HEADER_BYTES + WSL_VERSION_BYTES;
  if (bytes.length < start) throw new ReparseError('the version of the link is cut off', bytes.length);
  const version = bytes.readUInt32LE(HEADER_BYTES);
  if (version === WSL_TARGET_IN_FILE && bytes.length === start) return undefined;
  if (version !== WSL_TARGET_IN_BUFFER) {
    const what = version === WSL_TARGET_IN_FILE ? 'a target, which version 1 has not' : `version ${version}`;
    throw new ReparseError(`a WSL link has ${what}`, version === WSL_TARGET_IN_FILE ? start : HEADER_BYTES);
  }
  if (bytes.length === start) throw new ReparseError('the target is empty', start);
  return copy(bytes, start);
}

function readOpaque(bytes: Buffer, tag: number): OpaqueReparsePoint {
  const start = dataStart(tag);
  const guid = start > HEADER_BYTES ? formatGuid(bytes.subarray(HEADER_BYTES, start)) : undefined;
  return { kind: 'opaque', tag, guid, data: copy(bytes, start) };
}

function mountPointData({ substituteName, printName }: MountPoint): Buffer {
  const substitute = nameBytes(substituteName, 'substitute');
  const print = nameBytes(printName, 'print');
  const fields = Buffer.alloc(NAME_FIELDS_BYTES);
  fields.writeUInt16LE(substitute.length, 2);
  fields.writeUInt16LE(substitute.length + UTF16_BYTES, 4);
  fields.writeUInt16LE(print.length, 6);
  const nul = Buffer.alloc(UTF16_BYTES);
  return Buffer.concat([fields, substitute, nul, print, nul]);
}

function symlinkData({ substituteName, printName, relative, reservedFlags }: WindowsSymlink): Buffer {
  const substitute = nameBytes(substituteName, 'substitute');
  const print = nameBytes(printName, 'print');
  const flags = (reservedFlags & ~SYMLINK_FLAG_RELATIVE) | (relative ? SYMLINK_FLAG_RELATIVE : 0);
  const fields = Buffer.alloc(SYMLINK_FIELDS_BYTES);
  fields.writeUInt16LE(print.length, 0);
  fields.writeUInt16LE(substitute.length, 2);
  fields.writeUInt16LE(print.length, 6);
  fields.writeUInt32LE(flags >>> 0, 8);
  return Buffer.concat([fields, print, substitute]);
}

function nameBytes(name: string, which: 'substitute' | 'print'): Buffer {
  if (name === '' && which === 'substitute') throw new ReparseError('A link needs a substitute name');
  if (name.length * UTF16_BYTES > MAX_REPARSE_BUFFER_BYTES) throw tooLarge();
  return Buffer.from(name, 'utf16le');
}

function wslData(target: Uint8Array | undefined): Buffer {
  if (target?.length === 0) throw new ReparseError('A WSL link needs a target');
  const version = Buffer.alloc(WSL_VERSION_BYTES);
  version.writeUInt32LE(target === undefined ? WSL_TARGET_IN_FILE : WSL_TARGET_IN_BUFFER);
  return Buffer.concat([version, target ?? Buffer.alloc(0)]);
}

function opaqueBuffer({ tag, guid, data }: OpaqueReparsePoint): Uint8Array<ArrayBuffer> {
  const isKnown = Object.values(ReparseTag).some((known) => known === tag);
  if (!isReparseTag(tag) || isKnown) {
    throw new ReparseError(`Opaque data cannot have the reparse tag ${formatReparseTag(tag)}`);
  }
  if (reparseTagBits(tag).microsoft !== (guid === undefined)) {
    throw new ReparseError(`A GUID is for tags of other owners than Microsoft, and needed there`);
  }
  return withHeader(tag, data, guid === undefined ? undefined : parseGuid(guid));
}

/** The length in the header is that of the data, without the GUID before it. */
function withHeader(tag: number, data: Uint8Array, guid?: Uint8Array): Uint8Array<ArrayBuffer> {
  const start = dataStart(tag);
  if (start + data.length > MAX_REPARSE_BUFFER_BYTES) throw tooLarge();
  const buffer = new Uint8Array(start + data.length);
  const view = new DataView(buffer.buffer);
  view.setUint32(0, tag, true);
  view.setUint16(4, data.length, true);
  if (guid) buffer.set(guid, HEADER_BYTES);
  buffer.set(data, start);
  return buffer;
}

function tooLarge(): ReparseError {
  return new ReparseError(`A reparse point has at most ${MAX_REPARSE_BUFFER_BYTES} bytes`);
}

/** In memory of its own. */
function copy(bytes: Buffer, start: number): Uint8Array {
  return new Uint8Array(bytes.subarray(start));
}
