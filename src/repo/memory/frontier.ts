/** How far memory was used that is used from its beginning on, and what of it to have mapped next. Pure. */

/** A few blobs: what a program needs while the next part is mapped. */
const AHEAD = 8 * 1024 * 1024;
/** Each is a call that costs the main thread a third of a millisecond, and another thread a few, ten where memory is slow. */
const STEP = 4 * 1024 * 1024;

export class Frontier {
  readonly #capacity: number;
  /** All before it was used, or mapped. */
  #mapped = 0;
  #used = 0;

  /** `capacity` in bytes. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Somebody uses memory up to `end`. */
  use(end: number): void {
    this.#used = Math.max(this.#used, end);
    this.#mapped = Math.max(this.#mapped, end);
  }

  /** Where the next part to map begins and ends; it counts as mapped from now on. Undefined while enough is. */
  next(): { readonly start: number; readonly end: number } | undefined {
    const start = this.#mapped;
    const end = Math.min(start + STEP, this.#capacity);
    if (end > this.#used + AHEAD || start === end) return undefined;
    this.#mapped = end;
    return { start, end };
  }
}
