/** Byte range of a file -> slices of the blobs that it is made of. Pure offset arithmetic, for any format. */

export interface BlobSlice {
  /** Which of the file's blobs. */
  readonly blob: number;
  /** Bytes of the blob: from `start` up to but not including `end`. */
  readonly start: number;
  readonly end: number;
}

/** Where each of a file's blobs begins. */
export class BlobLayout {
  /** Bytes of the whole file. */
  readonly size: number;
  /** starts[i] is where blob i begins; one more entry holds the end. Float64 is exact up to 2^53 bytes. */
  readonly #starts: Float64Array;

  /** `sizes`: bytes of each blob in order; a blob may be empty. */
  constructor(sizes: ArrayLike<number>) {
    this.#starts = new Float64Array(sizes.length + 1);
    let end = 0;
    for (let i = 0; i < sizes.length; i++) {
      end += sizes[i]!;
      this.#starts[i + 1] = end;
    }
    this.size = end;
  }

  /** Bytes of blob `blob`. */
  sizeOf(blob: number): number {
    return this.#starts[blob + 1]! - this.#starts[blob]!;
  }

  /** The slices of `length` bytes from `offset`: fewer at the end of the file, none beyond it. */
  slices(offset: number, length: number): BlobSlice[] {
    const end = Math.min(offset + length, this.size);
    const found: BlobSlice[] = [];
    if (offset >= end) return found;
    for (let blob = this.blobAt(offset); this.#starts[blob]! < end; blob++) {
      const from = this.#starts[blob]!;
      const slice = {
        blob,
        start: Math.max(offset - from, 0),
        end: Math.min(end, this.#starts[blob + 1]!) - from,
      };
      if (slice.end > slice.start) found.push(slice);
    }
    return found;
  }

  /** The blob that holds the byte at `offset`, or the last byte if that is before it; of a file that has any. */
  blobAt(offset: number): number {
    const within = Math.min(offset, this.size - 1);
    let low = 0;
    let high = this.#starts.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! <= within) low = middle;
      else high = middle;
    }
    return low;
  }
}
