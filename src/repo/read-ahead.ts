/** How far to read ahead of a reader: further as long as it goes on, not at all once it jumps. Pure. */

/** The kernel may ask for several parts of its own read-ahead at once, which then come in any order. */
const REORDERED_BYTES = 4 * 1024 * 1024;
const FIRST_BYTES = 1024 * 1024;
/** Enough blobs (1.5 MiB on average) under way to keep a few threads busy, each with two at once. */
const MOST_BYTES = 12 * 1024 * 1024;

export class ReadAhead {
  #next = 0;
  #bytes = 0;

  /** Tells of a read, and gets the bytes after its end that are worth preparing: 0 for a reader that jumps. */
  after(offset: number, length: number): number {
    const goesOn = Math.abs(offset - this.#next) <= REORDERED_BYTES;
    this.#bytes = goesOn ? Math.min(Math.max(2 * this.#bytes, FIRST_BYTES), MOST_BYTES) : 0;
    this.#next = goesOn ? Math.max(this.#next, offset + length) : offset + length;
    return this.#bytes;
  }
}
