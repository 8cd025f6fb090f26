/** One file's bytes out of the blobs that it is made of, through the shared cache, with the next ones prepared. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BlobCache, Loan } from '../blob-cache.ts';
import { BlobLayout } from '../content.ts';
import { RepositoryError } from '../errors.ts';
import type { Memory } from '../memory/memory.ts';
import { ReadAhead } from '../read-ahead.ts';
import type { Content, UseSlices } from '../repository.ts';
import { keyOf } from './blob-key.ts';
import type { BlobReader } from './blob-reader.ts';

const ID_BYTES = 32;
/**
 * Enough for every thread; others get their turn before the next ones. All wait for one signal, whose list of
 * listeners is gone through for each of them.
 */
const BORROWED_AT_ONCE = 32;
/** However small they are: going through those that are here already takes time too. */
const MOST_BLOBS_AHEAD = 64;

export class FileContent implements Content {
  readonly #ids: Uint8Array;
  readonly #layout: BlobLayout;
  readonly #cache: BlobCache<Memory>;
  readonly #reader: Pick<BlobReader, 'data'>;
  readonly #readAhead = new ReadAhead();
  /** Preparing goes on from this blob: those before it were prepared, or passed over by a reader that jumped. */
  #prepared = 0;

  /** `ids`: the blobs' ids one after the other; `sizes`: their bytes as the index has them. */
  constructor(
    ids: Uint8Array,
    sizes: Float64Array,
    cache: BlobCache<Memory>,
    reader: Pick<BlobReader, 'data'>,
  ) {
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
    const loans: Loan<Memory>[] = [];
    let used = false;
    try {
      for (let from = 0; from < slices.length; from += BORROWED_AT_ONCE) {
        if (from > 0) await nextTurn();
        const borrowing = slices
          .slice(from, from + BORROWED_AT_ONCE)
          .map(({ blob }) => this.#borrow(blob, signal));
        if (from + BORROWED_AT_ONCE >= slices.length) this.#prepareNext(offset, length, slices.at(-1)!.blob);
        await collect(borrowing, loans);
      }
      await use(loans.map(({ value }, i) => value.bytes.subarray(slices[i]!.start, slices[i]!.end)));
      used = true;
    } finally {
      for (const [i, loan] of loans.entries()) {
        // Who reads the end of a blob has read the rest, mostly, and kernels keep what they have read.
        if (used && slices[i]!.end === loan.value.bytes.length) this.#cache.returnSpent(loan);
        else this.#cache.return(loan);
      }
    }
  }

  async #borrow(blob: number, signal: AbortSignal): Promise<Loan<Memory>> {
    const id = this.#id(blob);
    const loan = await this.#cache.borrow(keyOf(id), (loading) => this.#reader.data(id, loading), signal);
    const size = this.#layout.sizeOf(blob);
    if (loan.value.bytes.length === size) return loan;
    this.#cache.return(loan);
    throw notAsIndexed(id, loan.value.bytes.length, size);
  }

  #prepareNext(offset: number, length: number, current: number): void {
    const ahead = this.#readAhead.after(offset, length);
    if (ahead === 0) this.#prepared = current + 1;
    const end = this.#layout.blobAt(offset + length + ahead - 1);
    const last = Math.min(end, current + MOST_BLOBS_AHEAD);
    for (let blob = Math.max(this.#prepared, current + 1); blob <= last; blob++) {
      const id = this.#id(blob);
      const bytes = this.#layout.sizeOf(blob);
      if (!this.#cache.prepare(keyOf(id), bytes, (loading) => this.#reader.data(id, loading))) return;
      this.#prepared = blob + 1;
    }
  }

  #id(blob: number): Uint8Array {
    return this.#ids.subarray(blob * ID_BYTES, (blob + 1) * ID_BYTES);
  }
}

/** Adds what was borrowed to `into`, in order: also when some of it could not be, so that the rest is given back. */
async function collect(borrowing: Promise<Loan<Memory>>[], into: Loan<Memory>[]): Promise<void> {
  let failure: { readonly reason: unknown } | undefined;
  for (const each of await Promise.allSettled(borrowing)) {
    if (each.status === 'fulfilled') into.push(each.value);
    else failure ??= each;
  }
  if (failure !== undefined) throw failure.reason;
}

/** Two index files may say different things of one blob: of these one has lied. */
function notAsIndexed(id: Uint8Array, size: number, indexed: number): RepositoryError {
  const hex = Buffer.from(id).toString('hex');
  return new RepositoryError(
    'damaged',
    `Data blob ${hex} has ${size} bytes, the index says ${indexed}: 'restic check' tells more`,
  );
}
