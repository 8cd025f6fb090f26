/** From sealed bytes to what they hold, verified on every level. Types only: threads or not is a matter of who makes it. */

import type { Memory } from '../../memory/memory.ts';
import type { LaterBytes } from '../../repository.ts';
import type { TreeTable } from '../../tree-table.ts';
import type { IndexColumns } from '../index/index-decoder.ts';

/** A sealed blob within a larger piece. */
export interface BlobPart {
  /** 64 hex digits. */
  readonly id: string;
  /** In the piece, in bytes. */
  readonly offset: number;
  readonly length: number;
  /** 0 for a blob that is not compressed. */
  readonly uncompressedLength: number;
}

/**
 * Every method may be called concurrently. It takes `sealed` over, also when it rejects: its memory is changed in place,
 * may move to another thread unless it is shared, and may be part of the result.
 *
 * Rejects with RepositoryError `damaged` or `unsupported` naming the blob or file, with `unavailable` where a
 * thread broke, with `lost` after close(), or with `signal.reason`: at once, or when the thread that has it is done.
 */
export interface Decoder {
  /** Memory to read a sealed blob into, of so many bytes: where blob() has to move it least. */
  memoryFor(sealedLength: number, uncompressedLength: number): Memory;

  /**
   * Verifies MAC, length and id of a blob.
   * @param id 32 bytes.
   * @param uncompressedLength In bytes, from the index; 0 where the blob is not compressed.
   */
  blob(sealed: Memory, id: Uint8Array, uncompressedLength: number, signal: AbortSignal): Promise<Memory>;

  /** Several blobs of one piece of a pack, for whoever may want them later. */
  blobs(
    sealed: Uint8Array<ArrayBuffer>,
    parts: readonly BlobPart[],
    signal: AbortSignal,
  ): Promise<readonly LaterBytes[]>;

  /** A blob that must be a tree. */
  tree(
    sealed: Uint8Array<ArrayBuffer>,
    id: Uint8Array,
    uncompressedLength: number,
    signal: AbortSignal,
  ): Promise<TreeTable>;

  /** An index file. `fileId` is its storage id, 64 hex digits. */
  index(sealed: Uint8Array<ArrayBuffer>, fileId: string, signal: AbortSignal): Promise<IndexColumns>;

  /** The JSON of a snapshot or index file: verifies the storage id, then the MAC. */
  unpacked(sealed: Uint8Array<ArrayBuffer>, fileId: string, signal: AbortSignal): Promise<Uint8Array>;

  /** Lets what is under way end, and joins the threads. */
  close(): Promise<void>;

  /** How it decodes, for --verbose: `OpenSSL, libzstd, two blobs at a time, 2 threads`. */
  readonly description: string;
}
