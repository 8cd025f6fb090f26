/** One file's bytes out of the blobs that it is made of, through the shared cache. */

import type { BlobCache } from '../blob-cache.ts';
import { BlobLayout, type BlobSlice } from '../content.ts';
import type { Content } from '../repository.ts';
import { keyOf } from './blob-key.ts';
import type { BlobReader } from './blob-reader.ts';

const ID_BYTES = 32;

export class FileContent implements Content {
  readonly #ids: Uint8Array;
  readonly #layout: BlobLayout;
  readonly #cache: BlobCache<Uint8Array>;
  readonly #reader: BlobReader;

  /** `ids`: the blobs' ids one after the other; `sizes`: their bytes as the index has them. */
  constructor(ids: Uint8Array, sizes: Float64Array, cache: BlobCache<Uint8Array>, reader: BlobReader) {
    this.#ids = ids;
    this.#layout = new BlobLayout(sizes);
    this.#cache = cache;
    this.#reader = reader;
  }

  get size(): number {
    return this.#layout.size;
  }

  async read(offset: number, length: number, signal: AbortSignal): Promise<readonly Uint8Array[]> {
    const slices = this.#layout.slices(offset, length);
    return Promise.all(slices.map((slice) => this.#slice(slice, signal)));
  }

  async #slice(slice: BlobSlice, signal: AbortSignal): Promise<Uint8Array> {
    const id = this.#ids.subarray(slice.blob * ID_BYTES, (slice.blob + 1) * ID_BYTES);
    const blob = await this.#cache.get(keyOf(id), (loading) => this.#reader.data(id, loading), signal);
    return blob.subarray(slice.start, slice.end);
  }
}
