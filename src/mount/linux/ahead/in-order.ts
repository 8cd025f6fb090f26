/**
 * Whether the entries of a folder are asked for in their order, as programs do that go through all of them, and how
 * many of the next are worth preparing: more with each that comes as expected, none for one that jumps. Pure.
 */

import type { Listing } from '../../node.ts';

/** Looking for the next entry of a kind ends after so many of others: about 20 microseconds. */
const MOST_LOOKS = 1000;

export interface InOrderOptions {
  /** How many to prepare for the first entry that comes in order, and at most. */
  readonly first: number;
  readonly most: number;
  /** Whether an entry is of the kind that is asked for. */
  readonly counts: (listing: Listing, entry: number) => boolean;
}

export class InOrder {
  readonly #options: InOrderOptions;
  #asked = -1;
  /** Prepared and not asked for yet, in order. */
  #ahead: number[] = [];
  #window = 0;
  #atEnd = false;

  constructor(options: InOrderOptions) {
    this.#options = options;
  }

  /** How many are prepared at a time now; 0 if entries are asked for in no order. */
  get window(): number {
    return this.#window;
  }

  /** Whether all that there are were prepared, and those left are few. */
  get isAtEnd(): boolean {
    return this.#atEnd;
  }

  /** The first after `entry`, or -1. */
  next(listing: Listing, entry: number): number {
    return this.#find(listing, entry + 1);
  }

  /** Tells that `entry` is asked for, and gets the entries to prepare now, in their order. */
  after(listing: Listing, entry: number): number[] {
    const goesOn = this.#ahead.includes(entry) || this.#isNext(listing, entry);
    const { first, most } = this.#options;
    this.#window = goesOn ? Math.min(Math.max(2 * this.#window, first), most) : 0;
    this.#ahead = goesOn ? this.#ahead.filter((prepared) => prepared > entry) : [];
    this.#asked = entry;
    return this.#extend(listing);
  }

  /** Expects all entries to be asked for in order, before any was. */
  begin(listing: Listing): number[] {
    if (this.#asked >= 0 || this.#ahead.length > 0) return [];
    this.#window = this.#options.most;
    return this.#extend(listing);
  }

  /** Nothing of the kind lies between what was prepared, or asked for, and this. */
  #isNext(listing: Listing, entry: number): boolean {
    return this.#find(listing, this.#last + 1) === entry;
  }

  get #last(): number {
    return Math.max(this.#asked, this.#ahead.at(-1) ?? -1);
  }

  #extend(listing: Listing): number[] {
    const fresh: number[] = [];
    // Half a window at a time: what is prepared together costs less.
    if (this.#ahead.length > this.#window / 2) return fresh;
    for (let from = this.#last + 1; this.#ahead.length < this.#window; from = this.#last + 1) {
      const next = this.#find(listing, from);
      if (next < 0) {
        this.#atEnd = true;
        break;
      }
      this.#ahead.push(next);
      fresh.push(next);
    }
    return fresh;
  }

  /** The first entry of the kind from `from` on, or -1. */
  #find(listing: Listing, from: number): number {
    const end = Math.min(listing.end, from + MOST_LOOKS);
    for (let entry = from; entry < end; entry++) {
      if (listing.has(entry) && this.#options.counts(listing, entry)) return entry;
    }
    return -1;
  }
}
