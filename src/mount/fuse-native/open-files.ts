/** The files that programs have open, by the handles that libfuse keeps for us. */

import type { OpenFile } from '../node.ts';

/** fuse-native passes handles as signed numbers of 32 bits, and means none by 0. */
const HIGHEST = 0x7fff_ffff;

export class OpenFiles {
  readonly #files = new Map<number, OpenFile>();
  #last = 0;

  add(file: OpenFile): number {
    do this.#last = this.#last === HIGHEST ? 1 : this.#last + 1;
    while (this.#files.has(this.#last));
    this.#files.set(this.#last, file);
    return this.#last;
  }

  get(handle: number): OpenFile | undefined {
    return this.#files.get(handle);
  }

  remove(handle: number): void {
    this.#files.delete(handle);
  }
}
