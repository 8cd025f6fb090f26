/** A restic repository as the layers above see it: puts snapshots, index, blobs and caches together. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { BlobCache } from '../blob-cache.ts';
import type { Closers } from '../closers.ts';
import type { Memory } from '../memory/memory.ts';
import type { Content, FoundContent, Repository, Snapshot, Usage } from '../repository.ts';
import type { TreeTable } from '../tree-table.ts';
import { keyOf } from './blob-key.ts';
import { type BlobReader, notInIndex } from './blob-reader.ts';
import { FileContent } from './file-content.ts';
import type { IndexLoader } from './index/index-loader.ts';
import type { SnapshotStore } from './snapshot-store.ts';
import { asRepositoryError } from './storage-failure.ts';

const ID_BYTES = 32;
/** After so many parts others get their turn: they take some 4 ms. */
const PARTS_A_TURN = 16_384;

export interface ResticRepositoryParts {
  readonly id: string;
  readonly location: string;
  readonly listingLifetime: number;
  readonly lost: AbortSignal;
  readonly snapshots: SnapshotStore;
  readonly index: IndexLoader;
  readonly blobs: BlobReader;
  /** Bytes to keep of file contents and of folders, counted apart. */
  readonly cacheBytes: { readonly contents: number; readonly trees: number };
  /** What close() does, last added first. */
  readonly closers: Closers;
}

export class ResticRepository implements Repository {
  readonly id: string;
  readonly location: string;
  readonly listingLifetime: number;
  readonly lost: AbortSignal;
  readonly #parts: ResticRepositoryParts;
  readonly #contents: BlobCache<Memory>;
  readonly #trees: BlobCache<TreeTable>;
  /** The snapshots loaded before the index was: those since may refer to blobs of index files that it lacks. */
  #indexed = -1;

  constructor(parts: ResticRepositoryParts) {
    this.id = parts.id;
    this.location = parts.location;
    this.listingLifetime = parts.listingLifetime;
    this.lost = parts.lost;
    this.#parts = parts;
    this.#contents = new BlobCache({
      maxBytes: parts.cacheBytes.contents,
      bytesOf: ({ bytes }) => bytes.length,
      free: (blob) => blob.free(),
    });
    this.#trees = new BlobCache({
      maxBytes: parts.cacheBytes.trees,
      bytesOf: (tree) => tree.buffer.byteLength,
    });
    parts.closers.add(() => parts.snapshots.close());
    parts.closers.add(() => this.#contents.close());
    parts.closers.add(() => this.#trees.close());
  }

  /** Lists before it loads the index, the opposite of a writer's order: so no snapshot lacks its blobs. */
  async snapshots(signal: AbortSignal): Promise<readonly Snapshot[]> {
    const { snapshots, loaded } = await this.#parts.snapshots.list(signal);
    if (loaded > this.#indexed) {
      await this.#parts.index.refresh(signal);
      this.#indexed = Math.max(this.#indexed, loaded);
    }
    return snapshots;
  }

  /** Brings snapshots and index up to date whatever is known: without a lock all may have moved. */
  async load(signal: AbortSignal): Promise<void> {
    this.#indexed = -1;
    await this.snapshots(signal);
  }

  tree(id: Uint8Array, signal: AbortSignal): Promise<TreeTable> {
    return this.#trees.get(keyOf(id), (loading) => this.#parts.blobs.tree(id, loading), signal);
  }

  prepareTree(id: Uint8Array): void {
    // Its table takes less.
    const bytes = Math.max(0, this.#parts.index.blobs.plaintextSizeAt(id, 0, 'tree'));
    this.#trees.prepare(keyOf(id), bytes, (loading) => this.#parts.blobs.tree(id, loading));
  }

  async content(ids: Uint8Array, signal: AbortSignal): Promise<Content> {
    const sizes = new Float64Array(ids.length / ID_BYTES);
    let missing = await this.#fillSizes(ids, 0, sizes, signal);
    if (missing >= 0) {
      // Without a lock, a prune may have moved the blob into a pack of a newer index file.
      await this.#parts.index.refresh(signal);
      missing = await this.#fillSizes(ids, missing, sizes, signal);
    }
    if (missing >= 0) throw notInIndex('data', idAt(ids, missing));
    return new FileContent(ids, sizes, this.#contents, this.#parts.blobs);
  }

  /** The content of a file of one part is a whole blob. It is not cached: the kernel keeps what was read once. */
  readTogether(
    contents: readonly Uint8Array[],
    mostBytes: number,
    signal: AbortSignal,
    use: (found: readonly FoundContent[]) => void,
  ): Promise<void> {
    return this.#parts.blobs.together(contents, mostBytes, signal, use);
  }

  usage(): Usage {
    const { blobs, bytes } = this.#parts.index.blobs;
    return { blobs, bytes };
  }

  async close(): Promise<void> {
    try {
      await this.#parts.closers.close();
    } catch (error) {
      throw asRepositoryError(error);
    }
  }

  /** Goes on from part `from`. Returns the number of the first part that the index does not have, or -1. */
  async #fillSizes(ids: Uint8Array, from: number, sizes: Float64Array, signal: AbortSignal): Promise<number> {
    const { blobs } = this.#parts.index;
    for (let part = from; part < sizes.length; part++) {
      if (part % PARTS_A_TURN === PARTS_A_TURN - 1) {
        await nextTurn();
        signal.throwIfAborted();
      }
      const size = blobs.plaintextSizeAt(ids, part * ID_BYTES, 'data');
      if (size < 0) return part;
      sizes[part] = size;
    }
    return -1;
  }
}

function idAt(ids: Uint8Array, part: number): Uint8Array {
  return ids.subarray(part * ID_BYTES, (part + 1) * ID_BYTES);
}
