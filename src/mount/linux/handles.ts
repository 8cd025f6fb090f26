/** Numbers for what the kernel holds open, given out at OPENDIR and taken back at RELEASEDIR. Never used twice. */

import { FsError } from '../errors.ts';

export class Handles<T> {
  readonly #open = new Map<number, T>();
  #last = 0;

  get size(): number {
    return this.#open.size;
  }

  add(value: T): number {
    this.#last++;
    this.#open.set(this.#last, value);
    return this.#last;
  }

  /** Throws ESTALE for a handle that is not open. */
  get(handle: number): T {
    const value = this.#open.get(handle);
    if (value === undefined) throw new FsError('ESTALE', `Handle ${handle} is not open`);
    return value;
  }

  /** Returns what it stood for, or undefined if it was not open. */
  remove(handle: number): T | undefined {
    const value = this.#open.get(handle);
    this.#open.delete(handle);
    return value;
  }
}
