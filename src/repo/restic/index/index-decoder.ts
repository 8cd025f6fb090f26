/**
 * Decodes restic's index documents (its design document, "Indexing") into columns that a thread can hand over
 * without a copy. Pure; runs in a worker thread. Knows no file's id.
 */

import { FormatError } from '../format-error.ts';
import { JsonCursor } from '../json/json-cursor.ts';
import { JsonKeys } from '../json/json-keys.ts';

/** One row a blob, in the document's order. */
export interface IndexColumns {
  /** Ids (hex) of index files that this one replaces. */
  readonly supersedes: readonly string[];
  /** 32 bytes a pack. */
  readonly packIds: Uint8Array<ArrayBuffer>;
  /** 32 bytes a blob. */
  readonly blobIds: Uint8Array<ArrayBuffer>;
  /** The place in `packIds` of the blob's pack. */
  readonly packs: Uint32Array<ArrayBuffer>;
  /** In the pack file, in bytes. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** Encrypted, in bytes: at least 32. */
  readonly lengths: Uint32Array<ArrayBuffer>;
  /** 0 where the blob is not compressed. */
  readonly uncompressedLengths: Uint32Array<ArrayBuffer>;
  /** 0 data, 1 tree. */
  readonly types: Uint8Array<ArrayBuffer>;
}

const UINT32_MAX = 0xffffffff;
const ID_BYTES = 32;
/** Initialisation vector and MAC, 16 bytes each. */
const MIN_BLOB_BYTES = 32;
/** No blob, and no pack, is written in fewer bytes: 64 digits and the keys. So rows never need to grow. */
const MIN_BLOB_JSON = 100;
const MIN_PACK_JSON = 70;
const OPEN_BRACKET = 0x5b;

const INDEX = { supersedes: 0, packs: 1 } as const;
const PACK = { id: 0, blobs: 1 } as const;
const BLOB = { id: 0, type: 1, offset: 2, length: 3, uncompressed_length: 4 } as const;
const INDEX_KEYS = new JsonKeys(Object.keys(INDEX));
const PACK_KEYS = new JsonKeys(Object.keys(PACK));
const BLOB_KEYS = new JsonKeys(Object.keys(BLOB));
const BLOB_TYPES = new JsonKeys(['data', 'tree']);

/** Throws FormatError. */
export function decodeIndex(json: Uint8Array): IndexColumns {
  const cursor = new JsonCursor(json);
  const rows = new IndexRows(json.length);
  // Before restic 0.2 an index was the list of packs alone.
  if (cursor.peek() === OPEN_BRACKET) readPacks(cursor, rows);
  else readIndex(cursor, rows);
  cursor.finish();
  return rows.finish();
}

/** What to hand over with the columns when they are posted to another thread. */
export function indexTransferables(columns: IndexColumns): ArrayBuffer[] {
  const { packIds, blobIds, packs, offsets, lengths, uncompressedLengths, types } = columns;
  const arrays = [packIds, blobIds, packs, offsets, lengths, uncompressedLengths, types];
  return arrays.map((array) => array.buffer);
}

class IndexRows {
  readonly supersedes: string[] = [];
  readonly packIds: Uint8Array<ArrayBuffer>;
  readonly blobIds: Uint8Array<ArrayBuffer>;
  readonly #packs: Uint32Array<ArrayBuffer>;
  readonly #offsets: Uint32Array<ArrayBuffer>;
  readonly #lengths: Uint32Array<ArrayBuffer>;
  readonly #uncompressedLengths: Uint32Array<ArrayBuffer>;
  readonly #types: Uint8Array<ArrayBuffer>;
  packCount = 0;
  blobCount = 0;

  constructor(documentBytes: number) {
    const blobs = Math.floor(documentBytes / MIN_BLOB_JSON) + 1;
    this.packIds = new Uint8Array((Math.floor(documentBytes / MIN_PACK_JSON) + 1) * ID_BYTES);
    this.blobIds = new Uint8Array(blobs * ID_BYTES);
    this.#packs = new Uint32Array(blobs);
    this.#offsets = new Uint32Array(blobs);
    this.#lengths = new Uint32Array(blobs);
    this.#uncompressedLengths = new Uint32Array(blobs);
    this.#types = new Uint8Array(blobs);
  }

  /** Ends the row whose id was written to `blobIds`. */
  add(type: number, offset: number, length: number, uncompressedLength: number): void {
    const row = this.blobCount++;
    this.#packs[row] = this.packCount;
    this.#offsets[row] = offset;
    this.#lengths[row] = length;
    this.#uncompressedLengths[row] = uncompressedLength;
    this.#types[row] = type;
  }

  finish(): IndexColumns {
    return {
      supersedes: this.supersedes,
      packIds: this.packIds.slice(0, this.packCount * ID_BYTES),
      blobIds: this.blobIds.slice(0, this.blobCount * ID_BYTES),
      packs: this.#packs.slice(0, this.blobCount),
      offsets: this.#offsets.slice(0, this.blobCount),
      lengths: this.#lengths.slice(0, this.blobCount),
      uncompressedLengths: this.#uncompressedLengths.slice(0, this.blobCount),
      types: this.#types.slice(0, this.blobCount),
    };
  }
}

function readIndex(cursor: JsonCursor, rows: IndexRows): void {
  cursor.beginObject();
  for (let key = cursor.nextKey(INDEX_KEYS); key >= 0; key = cursor.nextKey(INDEX_KEYS)) {
    if (cursor.readNull()) continue;
    if (key === INDEX.packs) readPacks(cursor, rows);
    else readSupersedes(cursor, rows.supersedes);
  }
}

function readSupersedes(cursor: JsonCursor, into: string[]): void {
  const id = Buffer.alloc(ID_BYTES);
  cursor.beginArray();
  while (cursor.nextElement()) {
    cursor.readHex(id, 0, ID_BYTES);
    into.push(id.toString('hex'));
  }
}

function readPacks(cursor: JsonCursor, rows: IndexRows): void {
  cursor.beginArray();
  while (cursor.nextElement()) {
    let named = false;
    cursor.beginObject();
    for (let key = cursor.nextKey(PACK_KEYS); key >= 0; key = cursor.nextKey(PACK_KEYS)) {
      if (key === PACK.id) {
        cursor.readHex(rows.packIds, rows.packCount * ID_BYTES, ID_BYTES);
        named = true;
      } else if (!cursor.readNull()) {
        cursor.beginArray();
        while (cursor.nextElement()) readBlob(cursor, rows);
      }
    }
    if (!named) throw new FormatError('A pack without an id', cursor.offset);
    rows.packCount++;
  }
}

function readBlob(cursor: JsonCursor, rows: IndexRows): void {
  let named = false;
  let type = -1;
  let offset = -1;
  let length = -1;
  let uncompressedLength = 0;
  cursor.beginObject();
  for (let key = cursor.nextKey(BLOB_KEYS); key >= 0; key = cursor.nextKey(BLOB_KEYS)) {
    if (key === BLOB.id) {
      cursor.readHex(rows.blobIds, rows.blobCount * ID_BYTES, ID_BYTES);
      named = true;
    } else if (key === BLOB.type) type = cursor.readChoice(BLOB_TYPES);
    else if (key === BLOB.offset) offset = cursor.readWhole(UINT32_MAX);
    else if (key === BLOB.length) length = cursor.readWhole(UINT32_MAX);
    else uncompressedLength = cursor.readWhole(UINT32_MAX);
  }
  if (!named || offset < 0) throw new FormatError('A blob without an id or offset', cursor.offset);
  if (type < 0) throw new FormatError('A blob of an unknown type', cursor.offset);
  if (length < MIN_BLOB_BYTES)
    throw new FormatError(`A blob of less than ${MIN_BLOB_BYTES} bytes`, cursor.offset);
  rows.add(type, offset, length, uncompressedLength);
}
