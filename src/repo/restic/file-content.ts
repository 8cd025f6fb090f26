/** One file's bytes out of the blobs that it is made of, through the shared cache, with the next ones prepared. */

import type { BlobCache, Loan } from '../blob-cache.ts';
import { BlobLayout } from '../content.ts';
import { ReadAhead } from '../read-ahead.ts';
import type { Content, UseSlices } from '../repository.ts';
import { keyOf } from './blob-key.ts';
import type { BlobReader } from './blob-reader.ts';

const ID_BYTES = 32;

export class FileContent implements Content {
  readonly #ids: Uint8Array;
  readonly #layout: BlobLayout;
  readonly #cache: BlobCache<Uint8Array>;
  readonly #reader: BlobReader;
  readonly #readAhead = new ReadAhead();
  /** The blobs before this one were asked for or prepared. */
  #prepared = 0;

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

  async read(offset: number, length: number, signal: AbortSignal, use: UseSlices): Promise<void> {
    const slices = this.#layout.slices(offset, length);
    const borrowing = slices.map(({ blob }) => this.#borrow(blob, signal));
    this.#prepareNext(offset, length, slices.at(-1)?.blob ?? 0);
    const loans = await this.#all(borrowing);
    try {
      use(loans.map(({ value }, i) => value.subarray(slices[i]!.start, slices[i]!.end)));
    } finally {
      for (const loan of loans) this.#cache.return(loan);
    }
  }

  #borrow(blob: number, signal: AbortSignal): Promise<Loan<Uint8Array>> {
    const id = this.#id(blob);
    return this.#cache.borrow(keyOf(id), (loading) => this.#reader.data(id, loading), signal);
  }

  /** All or none: what was borrowed beside a failure is given back. */
  async #all(borrowing: Promise<Loan<Uint8Array>>[]): Promise<Loan<Uint8Array>[]> {
    try {
      return await Promise.all(borrowing);
    } catch (error) {
      for (const each of await Promise.allSettled(borrowing)) {
        if (each.status === 'fulfilled') this.#cache.return(each.value);
      }
      throw error;
    }
  }

  #prepareNext(offset: number, length: number, current: number): void {
    const ahead = this.#readAhead.after(offset, length);
    if (ahead === 0) this.#prepared = current + 1;
    const last = this.#layout.slices(offset + length, ahead).at(-1)?.blob ?? current;
    for (let blob = Math.max(this.#prepared, current + 1); blob <= last; blob++) {
      const id = this.#id(blob);
      this.#cache.prepare(keyOf(id), (loading) => this.#reader.data(id, loading));
      this.#prepared = blob + 1;
    }
  }

  #id(blob: number): Uint8Array {
    return this.#ids.subarray(blob * ID_BYTES, (blob + 1) * ID_BYTES);
  }
}
