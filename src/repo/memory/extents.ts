/** Which parts of a stretch of bytes are free. Pure arithmetic: no memory here. */

/** Parts begin and end at multiples of this: the size of a page, so that few odd holes arise. */
const UNIT = 4096;

export class Extents {
  /** Free parts in ascending order, never touching one another. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** All of it is free. `length` is cut down to whole units. */
  constructor(length: number) {
    const end = Math.floor(length / UNIT) * UNIT;
    if (!(end > 0)) return;
    this.#starts.push(0);
    this.#ends.push(end);
  }

  /**
   * Where `length` bytes were taken, or -1. The first place with room: what was used before is used again, and the end
   * is not touched, so takes no memory of the machine, before it must be.
   */
  take(length: number): number {
    const units = wholeUnits(length);
    for (let at = 0; at < this.#starts.length; at++) {
      const start = this.#starts[at]!;
      const left = this.#ends[at]! - start - units;
      if (left < 0) continue;
      if (left > 0) this.#starts[at] = start + units;
      else this.#remove(at);
      return start;
    }
    return -1;
  }

  /** Gives back what `take(length)` took at `start`, once. */
  give(start: number, length: number): void {
    const end = start + wholeUnits(length);
    const at = this.#firstAfter(start);
    const joinsBefore = at > 0 && this.#ends[at - 1] === start;
    const joinsAfter = this.#starts[at] === end;
    if (joinsBefore && joinsAfter) {
      this.#ends[at - 1] = this.#ends[at]!;
      this.#remove(at);
    } else if (joinsBefore) this.#ends[at - 1] = end;
    else if (joinsAfter) this.#starts[at] = start;
    else {
      this.#starts.splice(at, 0, start);
      this.#ends.splice(at, 0, end);
    }
  }

  #firstAfter(start: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #remove(at: number): void {
    this.#starts.splice(at, 1);
    this.#ends.splice(at, 1);
  }
}

function wholeUnits(length: number): number {
  return Math.max(1, Math.ceil(length / UNIT)) * UNIT;
}
