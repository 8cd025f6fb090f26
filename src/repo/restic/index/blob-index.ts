/**
 * Which packs hold a blob, and where: the index files' rows in memory, some 60 bytes a blob. Adding one index file
 * is short synchronous steps. No I/O; lives on the serving thread.
 */

import { IdTable } from './id-table.ts';
import type { IndexColumns } from './index-decoder.ts';

export type BlobType = 'data' | 'tree';

export interface BlobLocation {
  /** The pack's id, 64 hex digits. */
  readonly pack: string;
  /** In the pack file, in bytes. */
  readonly offset: number;
  /** Encrypted, in bytes: 32 more than what it was encrypted from. */
  readonly length: number;
  /** Bytes; 0 where the blob is not compressed. */
  readonly uncompressedLength: number;
}

const ID_BYTES = 32;
/** Initialisation vector and MAC, 16 bytes each. */
const ENCRYPTION_BYTES = 32;
/** Some 4 ms of work. */
const BLOBS_PER_STEP = 8192;
const NO_PACKS = new Uint32Array(0);
/**
 * Of one blob; a whole repository has one, or two after an interrupted backup. Each new place is compared with those
 * before it, so that without a bound one blob in many places would take the square of their number.
 */
const MOST_PLACES = 16;

/** Words of a blob's row. The first is `pack * 2 + type`, the type as in IndexColumns. */
const BlobWord = { PackAndType: 0, Offset: 1, Length: 2, UncompressedLength: 3 } as const;
const BLOB_WORDS = 4;
/** Words of a pack's row: how many index files list the pack, without superseded ones. */
const PackWord = { Files: 0 } as const;
const PACK_WORDS = 1;

export class BlobIndex {
  readonly #blobRows = new IdTable(BLOB_WORDS);
  readonly #packRows = new IdTable(PACK_WORDS);
  /** Rows of the packs that each file lists. */
  readonly #files = new Map<string, Uint32Array>();
  readonly #superseded = new Set<string>();
  #blobs = 0;
  #bytes = 0;

  /** Distinct blobs. Those of files that were superseded after they had been added still count. */
  get blobs(): number {
    return this.#blobs;
  }

  /** Bytes of the distinct blobs before compression and encryption. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the file was added or is being added, superseded or not. */
  hasFile(fileId: string): boolean {
    return this.#files.has(fileId);
  }

  /** Adds an index file's rows. What is there already, also from another file, is not kept twice. */
  add(fileId: string, columns: IndexColumns): void {
    for (const _ of this.adding(fileId, columns));
  }

  /**
   * add() in steps of a few milliseconds, for the caller to let others run between two of them: they may look
   * up and add other files meanwhile. To be run to its end, for the file counts as added from the start.
   */
  *adding(fileId: string, columns: IndexColumns): Generator<void> {
    if (this.#files.has(fileId)) return;
    for (const id of columns.supersedes) if (id !== fileId) this.#supersede(id);
    if (this.#superseded.has(fileId)) {
      this.#files.set(fileId, NO_PACKS);
      return;
    }
    const packs = this.#addPacks(columns.packIds);
    this.#files.set(fileId, packs);
    for (let from = 0; from < columns.types.length; from += BLOBS_PER_STEP) {
      if (from > 0) yield;
      const end = Math.min(columns.types.length, from + BLOBS_PER_STEP);
      for (let blob = from; blob < end; blob++) this.#addBlob(columns, blob, packs);
    }
  }

  /** Where the blob is; any one place if there are more. */
  find(id: Uint8Array, type: BlobType): BlobLocation | undefined {
    const row = this.#findRow(id, 0, type);
    return row < 0 ? undefined : this.#location(row);
  }

  /** The places that hold the blob; of very many the newest. */
  all(id: Uint8Array, type: BlobType): BlobLocation[] {
    const locations: BlobLocation[] = [];
    const hash = this.#blobRows.hash(id, 0);
    for (let row = this.#blobRows.first(hash, id, 0); row >= 0; row = this.#blobRows.next(row, hash, id, 0)) {
      if (this.#counts(row, type)) locations.push(this.#location(row));
    }
    return locations;
  }

  /** Bytes of the blob before compression and encryption, -1 if no file lists it. */
  plaintextSize(id: Uint8Array, type: BlobType): number {
    return this.plaintextSizeAt(id, 0, type);
  }

  /** The same for the id at `offset` in `ids`: for long lists, without making a view of each. */
  plaintextSizeAt(ids: Uint8Array, offset: number, type: BlobType): number {
    const row = this.#findRow(ids, offset, type);
    if (row < 0) return -1;
    const length = this.#blobRows.word(row, BlobWord.Length);
    return plaintextBytes(length, this.#blobRows.word(row, BlobWord.UncompressedLength));
  }

  #supersede(fileId: string): void {
    if (this.#superseded.has(fileId)) return;
    this.#superseded.add(fileId);
    for (const pack of this.#files.get(fileId) ?? NO_PACKS) this.#countFile(pack, -1);
  }

  #addPacks(packIds: Uint8Array): Uint32Array {
    const packs = new Uint32Array(packIds.length / ID_BYTES);
    for (let place = 0; place < packs.length; place++) {
      const at = place * ID_BYTES;
      const hash = this.#packRows.hash(packIds, at);
      const known = this.#packRows.first(hash, packIds, at);
      packs[place] = known >= 0 ? known : this.#packRows.append(hash, packIds, at);
      this.#countFile(packs[place]!, 1);
    }
    return packs;
  }

  #countFile(pack: number, change: number): void {
    this.#packRows.setWord(pack, PackWord.Files, this.#packRows.word(pack, PackWord.Files) + change);
  }

  #addBlob(columns: IndexColumns, blob: number, packs: Uint32Array): void {
    const rows = this.#blobRows;
    const { blobIds } = columns;
    const at = blob * ID_BYTES;
    const hash = rows.hash(blobIds, at);
    const type = columns.types[blob]!;
    const packAndType = packs[columns.packs[blob]!]! * 2 + type;
    const offset = columns.offsets[blob]!;
    let places = 0;
    let oldest = -1;
    for (let row = rows.first(hash, blobIds, at); row >= 0; row = rows.next(row, hash, blobIds, at)) {
      const there = rows.word(row, BlobWord.PackAndType);
      if (there === packAndType && rows.word(row, BlobWord.Offset) === offset) return;
      if ((there & 1) !== type) continue;
      places++;
      if (oldest < 0 || there < rows.word(oldest, BlobWord.PackAndType)) oldest = row;
    }
    // The newest places are those that a prune has left.
    const row = places < MOST_PLACES ? rows.append(hash, blobIds, at) : oldest;
    rows.setWord(row, BlobWord.PackAndType, packAndType);
    rows.setWord(row, BlobWord.Offset, offset);
    rows.setWord(row, BlobWord.Length, columns.lengths[blob]!);
    rows.setWord(row, BlobWord.UncompressedLength, columns.uncompressedLengths[blob]!);
    if (places > 0) return;
    this.#blobs++;
    this.#bytes += plaintextBytes(columns.lengths[blob]!, columns.uncompressedLengths[blob]!);
  }

  #findRow(ids: Uint8Array, at: number, type: BlobType): number {
    const hash = this.#blobRows.hash(ids, at);
    let row = this.#blobRows.first(hash, ids, at);
    while (row >= 0 && !this.#counts(row, type)) row = this.#blobRows.next(row, hash, ids, at);
    return row;
  }

  /** Whether the row is of that type and in a pack that a file lists which is not superseded. */
  #counts(row: number, type: BlobType): boolean {
    const packAndType = this.#blobRows.word(row, BlobWord.PackAndType);
    if ((packAndType & 1) !== (type === 'tree' ? 1 : 0)) return false;
    return this.#superseded.size === 0 || this.#packRows.word(packAndType >>> 1, PackWord.Files) > 0;
  }

  #location(row: number): BlobLocation {
    const rows = this.#blobRows;
    return {
      pack: this.#packRows.hexId(rows.word(row, BlobWord.PackAndType) >>> 1),
      offset: rows.word(row, BlobWord.Offset),
      length: rows.word(row, BlobWord.Length),
      uncompressedLength: rows.word(row, BlobWord.UncompressedLength),
    };
  }
}

function plaintextBytes(length: number, uncompressedLength: number): number {
  return uncompressedLength === 0 ? length - ENCRYPTION_BYTES : uncompressedLength;
}
