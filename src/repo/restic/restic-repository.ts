/** A restic repository as the layers above see it: puts snapshots, index, blobs and caches together. */

import { BlobCache } from '../blob-cache.ts';
import type { Closers } from '../closers.ts';
import { RepositoryError } from '../errors.ts';
import { freeBuffer } from '../free-buffer.ts';
import type { Content, Repository, Snapshot, Usage } from '../repository.ts';
import type { TreeTable } from '../tree-table.ts';
import { keyOf } from './blob-key.ts';
import type { BlobReader } from './blob-reader.ts';
import { FileContent } from './file-content.ts';
import type { IndexLoader } from './index-loader.ts';
import type { SnapshotStore } from './snapshot-store.ts';

const ID_BYTES = 32;

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
  readonly #contents: BlobCache<Uint8Array>;
  readonly #trees: BlobCache<TreeTable>;
  /** New snapshots may refer to blobs of index files that are not loaded yet. */
  #indexIsBehind = true;

  constructor(parts: ResticRepositoryParts) {
    this.id = parts.id;
    this.location = parts.location;
    this.listingLifetime = parts.listingLifetime;
    this.lost = parts.lost;
    this.#parts = parts;
    this.#contents = new BlobCache({
      maxBytes: parts.cacheBytes.contents,
      bytesOf: (blob) => blob.buffer.byteLength,
      free: (blob) => freeBuffer(blob.buffer),
    });
    this.#trees = new BlobCache({
      maxBytes: parts.cacheBytes.trees,
      bytesOf: (tree) => tree.buffer.byteLength,
    });
    parts.closers.add(() => this.#contents.close());
    parts.closers.add(() => this.#trees.close());
  }

  /** Lists before it loads the index, the opposite of a writer's order: so no snapshot lacks its blobs. */
  async snapshots(signal: AbortSignal): Promise<readonly Snapshot[]> {
    const { snapshots, added } = await this.#parts.snapshots.list(signal);
    if (added) this.#indexIsBehind = true;
    if (this.#indexIsBehind) {
      await this.#parts.index.refresh(signal);
      this.#indexIsBehind = false;
    }
    return snapshots;
  }

  tree(id: Uint8Array, signal: AbortSignal): Promise<TreeTable> {
    return this.#trees.get(keyOf(id), (loading) => this.#parts.blobs.tree(id, loading), signal);
  }

  async content(ids: Uint8Array, signal: AbortSignal): Promise<Content> {
    const sizes = new Float64Array(ids.length / ID_BYTES);
    let missing = this.#fillSizes(ids, sizes);
    if (missing >= 0) {
      // Without a lock, a prune may have moved the blob into a pack of a newer index file.
      await this.#parts.index.refresh(signal);
      missing = this.#fillSizes(ids, sizes);
    }
    if (missing >= 0) throw notInIndex(ids, missing);
    return new FileContent(ids, sizes, this.#contents, this.#parts.blobs);
  }

  usage(): Usage {
    const { blobs, bytes } = this.#parts.index.blobs;
    return { blobs, bytes };
  }

  async close(): Promise<void> {
    await this.#parts.closers.close();
  }

  /** Returns the number of the first part that the index does not have, or -1. */
  #fillSizes(ids: Uint8Array, sizes: Float64Array): number {
    for (let part = 0; part < sizes.length; part++) {
      const size = this.#parts.index.blobs.plaintextSizeAt(ids, part * ID_BYTES, 'data');
      if (size < 0) return part;
      sizes[part] = size;
    }
    return -1;
  }
}

function notInIndex(ids: Uint8Array, part: number): RepositoryError {
  const id = Buffer.from(ids.buffer, ids.byteOffset + part * ID_BYTES, ID_BYTES).toString('hex');
  return new RepositoryError('damaged', `The index has no data blob ${id}: 'restic check' tells more`);
}
