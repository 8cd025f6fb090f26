/**
 * Memory that all threads see: what is decoded by one and sent by another stays where it is. It is taken from the
 * system once and used again and again. Fresh memory has to be mapped page by page at each first touch, and V8
 * collects garbage whenever it has seen enough of it: together a fifth of what reading a large file took. Where more of it
 * is needed after all, another thread maps it a little ahead.
 */

import { Extents } from './extents.ts';
import { Frontier } from './frontier.ts';
import type { Memory } from './memory.ts';
import type { Populate } from './populate.ts';

/** Smaller ones are left to the garbage collector, so that there are never many to look through. */
const FEWEST_BYTES = 32 * 1024;

export class SharedMemory {
  readonly #capacity: number;
  /** Made when it is first needed: not every program reads contents. */
  #buffer: SharedArrayBuffer | undefined;
  #extents = new Extents(0);
  readonly #frontier: Frontier;
  #populate: Populate | undefined;
  /** One part at a time. */
  #populating: Promise<void> | undefined;

  /** `capacity` in bytes; the system gives them as they are used, a little sooner where it can be asked to. */
  constructor(capacity: number, populate?: Populate) {
    this.#capacity = capacity;
    this.#frontier = new Frontier(capacity);
    this.#populate = populate;
  }

  /** Holds whatever it held before. Undefined if it is small, or there is no room: then other memory will do. */
  take(length: number): Memory | undefined {
    if (length < FEWEST_BYTES) return undefined;
    this.#buffer ??= this.#allocate();
    const buffer = this.#buffer;
    const start = this.#extents.take(length);
    if (start < 0) return undefined;
    this.#frontier.use(start + length);
    this.#populateAhead(buffer);
    let taken = true;
    return {
      bytes: new Uint8Array(buffer, start, length),
      free: () => {
        if (taken) this.#extents.give(start, length);
        taken = false;
      },
    };
  }

  /** Asks the system for no more memory, and waits until it does not. */
  async close(): Promise<void> {
    this.#populate = undefined;
    await this.#populating;
  }

  #populateAhead(buffer: SharedArrayBuffer): void {
    if (this.#populate === undefined || this.#populating !== undefined) return;
    const next = this.#frontier.next();
    if (next === undefined) return;
    const bytes = new Uint8Array(buffer, next.start, next.end - next.start);
    this.#populating = this.#populate(bytes).then((populated) => {
      this.#populating = undefined;
      // Without, memory is mapped as it is used.
      if (!populated) this.#populate = undefined;
      this.#populateAhead(buffer);
    });
  }

  #allocate(): SharedArrayBuffer {
    try {
      const buffer = new SharedArrayBuffer(this.#capacity);
      this.#extents = new Extents(this.#capacity);
      return buffer;
    } catch (error) {
      // Systems that promise no more memory than they have, or limits on the address space: all works without.
      if (error instanceof RangeError) return new SharedArrayBuffer(0);
      throw error;
    }
  }
}
