/**
 * Whether a program that goes through folders reads their files as well, as tar does and find does not. It is not seen
 * reading what was put into the page cache for it, so that now and then a file is left out, as a mark. Pure.
 */

/** So many files in order are no accident. */
const READS_ALL = 8;
/** Folders listed since the last file was seen being read. */
const MOST_UNSEEN = 3;
/** Of fewer files every one counts. */
const FEWEST_WITH_MARK = 3;

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

  /** The place among so many files of the one to leave out; -1 for none. */
  markAmong(files: number): number {
    const isUrgent = this.#unseen >= MOST_UNSEEN - 1;
    return files >= FEWEST_WITH_MARK || isUrgent ? files >> 1 : -1;
  }
}
