/**
 * Whether a program that goes through folders reads their files as well, as tar does and find does not. Pure.
 */

/** So many files in order are no accident. */
const READS_ALL = 8;
/** Folders listed since the last file was seen being read. */
const MOST_UNSEEN = 3;

export class ReadingHabit {
  #inOrder = 0;
  #unseen = 0;

  /** A file was asked for: the next one, or one out of order. */
  read(inOrder: boolean): void {
    this.#inOrder = inOrder ? this.#inOrder + 1 : 0;
    this.#unseen = 0;
  }

  /** A folder is listed: whether its files will be read, as it seems. */
  expectsReading(): boolean {
    if (this.#inOrder < READS_ALL) return false;
    this.#unseen++;
    if (this.#unseen > MOST_UNSEEN) this.#inOrder = 0;
    return this.#inOrder > 0;
  }
}
