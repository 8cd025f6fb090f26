/**
 * The work of decoding as plain functions of bytes, for any thread: authenticate, decrypt, decompress, verify,
 * and only then parse. Throws DecodeError, which names nothing: the callers know what the bytes were.
 */

import { hash } from 'node:crypto';
import { freeWhole } from '../../memory/free-buffer.ts';
import type { TreeTable } from '../../tree-table.ts';
import { FormatError } from '../format-error.ts';
import { decodeIndex, type IndexColumns } from '../index/index-decoder.ts';
import { decodeTree } from '../tree/tree-decoder.ts';
import { assertLength } from '../zstd/zstd.ts';
import { DecodeError } from './decode-error.ts';
import type { BlobPart } from './decoder.ts';
import type { OpeningTools } from './tools.ts';

/** Far above what restic writes (an index of 50,000 blobs has about 10 MB), far below what kills a process. */
const MOST_DOCUMENT_BYTES = 2 ** 30;
/** Of all other documents that are not in packs: their paths and tags, or their excludes, may be many. */
const MOST_SMALL_DOCUMENT_BYTES = 64 * 2 ** 20;

/** First byte of an unpacked file's plaintext (restic's design document, "Unpacked Data Format"). */
const FirstByte = { Bracket: 0x5b, Brace: 0x7b, Zstd: 2 } as const;

/** `id` is 64 hex digits; `uncompressedLength` is 0 for a blob that is not compressed. */
export function decodeBlob<Buffer extends ArrayBufferLike>(
  tools: OpeningTools,
  sealed: Uint8Array<Buffer>,
  id: string,
  uncompressedLength: number,
): Uint8Array<Buffer | ArrayBuffer> {
  const plain = openBlob(tools, sealed, uncompressedLength);
  assertIsBlob(id, hash('sha256', plain, 'hex'));
  return plain;
}

/**
 * What may be the blob: it is only once assertIsBlob() has seen its digest. Lies in `sealed` if it is not compressed, else
 * in `out`, which has `uncompressedLength` bytes, or where there is none in memory of its own.
 */
export function openBlob<Buffer extends ArrayBufferLike>(
  tools: OpeningTools,
  sealed: Uint8Array<Buffer>,
  uncompressedLength: number,
  out?: Uint8Array<Buffer>,
): Uint8Array<Buffer | ArrayBuffer> {
  const opened = tools.suite.open(sealed);
  if (uncompressedLength === 0) return opened;
  if (out === undefined) return decompressBlob(tools, opened, uncompressedLength);
  tools.zstd.decompressInto(opened, out);
  return out;
}

export function assertIsBlob(id: string, digest: string): void {
  if (digest !== id) throw new DecodeError('damaged', 'its content does not match its id');
}

/** Each in memory of its own, or undefined if it is damaged. */
export function decodeBlobs(
  tools: OpeningTools,
  sealed: Uint8Array<ArrayBuffer>,
  parts: readonly BlobPart[],
): (Uint8Array<ArrayBuffer> | undefined)[] {
  const blobs = parts.map((part) => {
    const plain = decodePart(tools, sealed, part);
    return plain?.buffer === sealed.buffer ? new Uint8Array(plain) : plain;
  });
  freeWhole(sealed);
  return blobs;
}

/** A blob of a larger piece, perhaps in the memory of that; undefined if it is damaged. */
export function decodePart(
  tools: OpeningTools,
  sealed: Uint8Array<ArrayBuffer>,
  { id, offset, length, uncompressedLength }: BlobPart,
): Uint8Array<ArrayBuffer> | undefined {
  try {
    return decodeBlob(tools, sealed.subarray(offset, offset + length), id, uncompressedLength);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function decompressBlob(tools: OpeningTools, opened: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const plain = tools.zstd.decompress(opened, length);
  assertLength(plain.length, length);
  return plain;
}

export function decodeTreeBlob(
  tools: OpeningTools,
  sealed: Uint8Array<ArrayBuffer>,
  id: string,
  uncompressedLength: number,
): TreeTable {
  const json = decodeBlob(tools, sealed, id, uncompressedLength);
  const tree = parse(decodeTree, json);
  freeWhole(json);
  freeWhole(sealed);
  return tree;
}

export function decodeIndexFile(
  tools: OpeningTools,
  sealed: Uint8Array<ArrayBuffer>,
  fileId: string,
): IndexColumns {
  const json = decodeUnpacked(tools, sealed, fileId, MOST_DOCUMENT_BYTES);
  const columns = parse(decodeIndex, json);
  freeWhole(json);
  freeWhole(sealed);
  return columns;
}

/** The JSON of a file that is not in a pack; its name is the hash of what is stored, not of what it holds. */
export function decodeUnpacked(
  tools: OpeningTools,
  sealed: Uint8Array<ArrayBuffer>,
  fileId: string,
  mostBytes = MOST_SMALL_DOCUMENT_BYTES,
): Uint8Array<ArrayBuffer> {
  if (sealed.length > mostBytes) throw new DecodeError('damaged', `it has more than ${mostBytes} bytes`);
  if (hash('sha256', sealed, 'hex') !== fileId) {
    throw new DecodeError('damaged', 'its bytes do not match its name');
  }
  const opened = tools.suite.open(sealed);
  switch (opened[0]) {
    case undefined:
      throw new DecodeError('damaged', 'it holds nothing');
    case FirstByte.Bracket:
    case FirstByte.Brace:
      return opened;
    case FirstByte.Zstd:
      return tools.zstd.decompress(opened.subarray(1), mostBytes);
    default:
      throw new DecodeError('unsupported', `it has the unknown encoding ${opened[0]}`);
  }
}

function parse<Value>(decode: (json: Uint8Array) => Value, json: Uint8Array): Value {
  try {
    return decode(json);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new DecodeError(
      'damaged',
      `it is not what the format says: ${error.message} at byte ${error.offset}`,
      {
        cause: error,
      },
    );
  }
}
