/**
 * The folders that were gone through, so that the same Directory is asked again, and an index of names without regard to
 * case where somebody spelled one otherwise. Entries of a folder are known by their numbers, which keep their meaning.
 */

import { randomInt } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Directory, Listing } from '../node.ts';
import { upperText } from '../windows-case.ts';
import { ownerOfStream } from './streams.ts';

/** More folders than this are forgotten together: to find them again costs little. */
const MOST_FOLDERS = 4096;
/** Names indexed before others get their turn: a millisecond or two. */
const NAMES_A_TURN = 4096;

/** By chance: whoever chooses names could give them all one hash, and each look-up would go through them all. */
const HASH_START = randomInt(2 ** 32);

const HALF_CHARACTER = /\p{Surrogate}/u;

/** A place in a folder. */
export interface Entry {
  readonly listing: Listing;
  readonly entry: number;
}

export class FolderTree {
  readonly root: Folder;
  #count = 0;

  constructor(root: Directory) {
    this.root = new Folder(root, undefined, () => this.#added());
  }

  #added(): void {
    if (++this.#count <= MOST_FOLDERS) return;
    this.root.forgetChildren();
    this.#count = 1;
  }
}

export class Folder {
  readonly directory: Directory;
  /** Undefined for the root. */
  readonly parent: Folder | undefined;
  readonly #added: () => void;
  readonly #children = new Map<number, Folder>();
  #index: CaseIndex | undefined;
  #streams: StreamIndex | undefined;

  constructor(directory: Directory, parent: Folder | undefined, added: () => void) {
    this.directory = directory;
    this.parent = parent;
    this.#added = added;
  }

  /** The entry with this name; undefined if there is none. Rejects as Directory.list. */
  async find(name: string, ignoreCase: boolean, signal: AbortSignal): Promise<Entry | undefined> {
    // Half a character would become another one in UTF-8.
    if (HALF_CHARACTER.test(name)) return undefined;
    const listing = await this.directory.list(signal);
    const exact = listing.find(Buffer.from(name));
    if (exact !== -1) return { listing, entry: exact };
    if (!ignoreCase) return undefined;
    const entry = (await this.#indexOf(listing)).find(name);
    return entry === -1 ? undefined : { listing, entry };
  }

  /** The entries that are streams of the one with this name. Rejects as Directory.list. */
  async streamsOf(
    name: string,
    signal: AbortSignal,
  ): Promise<{ listing: Listing; entries: readonly number[] }> {
    const listing = await this.directory.list(signal);
    const index = this.#fits(this.#streams, listing) ?? new StreamIndex(listing);
    this.#streams = index;
    await index.ready;
    return { listing, entries: index.entriesOf(listing.find(Buffer.from(name))) };
  }

  /** `directory` is the node of that entry. */
  child(entry: number, directory: Directory): Folder {
    let child = this.#children.get(entry);
    if (child === undefined) {
      child = new Folder(directory, this, this.#added);
      this.#added();
      this.#children.set(entry, child);
    }
    return child;
  }

  forgetChildren(): void {
    this.#children.clear();
  }

  async #indexOf(listing: Listing): Promise<CaseIndex> {
    const index = this.#fits(this.#index, listing) ?? new CaseIndex(listing);
    this.#index = index;
    await index.ready;
    return index;
  }

  #fits<Index extends { readonly listing: Listing }>(
    index: Index | undefined,
    listing: Listing,
  ): Index | undefined {
    return index?.listing === listing || !this.directory.changes ? index : undefined;
  }
}

/** A hash table over the entries of a listing, of typed arrays. */
class CaseIndex {
  readonly listing: Listing;
  readonly ready: Promise<void>;
  /** Entry numbers + 1; 0 is a free slot. */
  readonly #slots: Uint32Array;

  constructor(listing: Listing) {
    this.listing = listing;
    this.#slots = new Uint32Array(slotsFor(listing.end));
    this.ready = this.#fill();
  }

  /** Of several that differ only in case, the first. */
  find(name: string): number {
    const key = upperText(name);
    for (let slot = this.#slotOf(key); ; slot = this.#after(slot)) {
      const entry = this.#slots[slot]! - 1;
      if (entry === -1) return -1;
      if (upperText(nameOf(this.listing, entry)) === key) return entry;
    }
  }

  async #fill(): Promise<void> {
    for (let entry = 0; entry < this.listing.end; entry++) {
      if (entry % NAMES_A_TURN === NAMES_A_TURN - 1) await nextTurn();
      if (this.listing.has(entry)) this.#add(entry);
    }
  }

  #add(entry: number): void {
    let slot = this.#slotOf(upperText(nameOf(this.listing, entry)));
    while (this.#slots[slot] !== 0) slot = this.#after(slot);
    this.#slots[slot] = entry + 1;
  }

  #slotOf(key: string): number {
    let hash = HASH_START;
    for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
    return (hash ^ (hash >>> 15)) & (this.#slots.length - 1);
  }

  #after(slot: number): number {
    return (slot + 1) & (this.#slots.length - 1);
  }
}

/** Which entries are streams of which other. */
class StreamIndex {
  readonly listing: Listing;
  readonly ready: Promise<void>;
  readonly #entries = new Map<number, number[]>();

  constructor(listing: Listing) {
    this.listing = listing;
    this.ready = this.#fill();
  }

  entriesOf(owner: number): readonly number[] {
    return this.#entries.get(owner) ?? [];
  }

  async #fill(): Promise<void> {
    for (let entry = 0; entry < this.listing.end; entry++) {
      if (entry % NAMES_A_TURN === NAMES_A_TURN - 1) await nextTurn();
      if (!this.listing.has(entry)) continue;
      const owner = ownerOfStream(this.listing, entry);
      if (owner === -1) continue;
      const known = this.#entries.get(owner);
      if (known === undefined) this.#entries.set(owner, [entry]);
      else known.push(entry);
    }
  }
}

/** The name as Windows is shown it. */
export function nameOf(listing: Listing, entry: number): string {
  const name = listing.name(entry);
  return Buffer.from(name.buffer, name.byteOffset, name.length).toString();
}

/** A power of two, at least half of it free. */
function slotsFor(entries: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(8, entries * 2)));
}
