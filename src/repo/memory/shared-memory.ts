/**
 * Memory that all threads see: what is decoded by one and sent by another stays where it is. It is taken from the
 * system once and used again and again. Fresh memory has to be mapped page by page at each first touch, and V8
 * collects garbage whenever it has seen enough of it: together a fifth of what reading a large file took.
 */

import { Extents } from './extents.ts';
import type { Memory } from './memory.ts';

/** Smaller ones are left to the garbage collector, so that there are never many to look through. */
const FEWEST_BYTES = 32 * 1024;

export class SharedMemory {
  readonly #capacity: number;
  /** Made when it is first needed: not every program reads contents. */
  #buffer: SharedArrayBuffer | undefined;
  #extents = new Extents(0);

  /** `capacity` in bytes; the system gives them as they are used. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Holds whatever it held before. Undefined if it is small, or there is no room: then other memory will do. */
  take(length: number): Memory | undefined {
    if (length < FEWEST_BYTES) return undefined;
    this.#buffer ??= this.#allocate();
    const buffer = this.#buffer;
    const start = this.#extents.take(length);
    if (start < 0) return undefined;
    let taken = true;
    return {
      bytes: new Uint8Array(buffer, start, length),
      free: () => {
        if (taken) this.#extents.give(start, length);
        taken = false;
      },
    };
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
