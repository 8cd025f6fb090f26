/**
 * Whether a program that goes through folders wants more of their entries than names and kinds, as `ls -l` and tar do
 * and `find -type f` does not. It is not seen looking at what came with the listing, so that now and then one entry is
 * listed by its name alone, as a mark. Pure.
 */

/** Marked folders in a row of which nobody asked for the mark. */
const UNASKED = 3;
/** Folders without a mark after one that was asked for: each costs the program a round trip. */
const UNMARKED = 15;

/** With attributes for all entries, for all but one, or for folders only. */
export type ListingStyle = 'full' | 'marked' | 'names';

export class StatHabit {
  #unasked = 0;
  #unmarked = 0;

  /** How to list the next folder of a walk. */
  next(): ListingStyle {
    if (this.#unmarked > 0) {
      this.#unmarked--;
      return 'full';
    }
    if (this.#unasked >= UNASKED) return 'names';
    this.#unasked++;
    return 'marked';
  }

  /** An entry that is no folder was asked for by its name. */
  asked(): void {
    if (this.#unasked > 0) this.#unmarked = UNMARKED;
    this.#unasked = 0;
  }
}
