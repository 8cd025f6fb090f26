/**
 * Prepares what a program that goes through folders in order will ask for next: the entries of the next folders, and
 * the contents of the next small files. Knows no requests.
 */

import { EntryKind, type Listing } from '../../node.ts';
import type { DirectorySlot } from '../inode-table.ts';
import type { NodeId } from '../wire/request.ts';
import { InOrder } from './in-order.ts';
import { type Place, PreparedFiles } from './prepared-files.ts';
import { ReadingHabit } from './reading-habit.ts';
import { type ListingStyle, StatHabit } from './stat-habit.ts';

/** Each in a thread of its own, as far as there are. */
const FOLDERS_AHEAD = { first: 2, most: 8 };
/** Some milliseconds of decoding. */
const FILES_AHEAD = { first: 2, most: 64 };
/** More than that at once would keep others waiting, and memory busy. */
const MOST_BYTES = 1024 * 1024;

/** Entries of a folder: asking for all of them by name takes some 0.2 s. */
const MOST_BY_NAME = 2000;

/** How a folder is listed. */
export interface Style {
  readonly name: ListingStyle;
  /** The entry that is listed by its name alone where the style is `marked`. */
  readonly mark: number;
}

/** How far a program has come in a folder. */
interface Progress {
  readonly folders: InOrder;
  readonly files: InOrder;
  /** Whether what comes after the folder was prepared. */
  beyond: boolean;
}

export class WalkAhead {
  readonly #files = new PreparedFiles();
  readonly #progress = new WeakMap<DirectorySlot, Progress>();
  readonly #habit = new ReadingHabit();
  readonly #stats = new StatHabit();
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();

  /** A program begins to list a folder. */
  entered(slot: DirectorySlot): void {
    const { parent } = slot;
    if (parent === undefined || parent.directory.changes) return;
    this.#run(() => this.#prepareFolders(parent, slot.entry));
  }

  /**
   * How to list a folder that is being opened. A program that asks for many entries by name after all is slow in that
   * one folder, so that large ones are always listed in full.
   */
  styleFor(slot: DirectorySlot, listing: Listing): Style {
    const full = { name: 'full', mark: -1 } as const;
    if (slot.directory.changes || !this.#isWalk(slot) || listing.end > MOST_BY_NAME) return full;
    const mark = firstLeaf(listing);
    return mark < 0 ? full : { name: this.#stats.next(), mark };
  }

  /** An entry that is no folder was asked for by its name. */
  asked(): void {
    this.#stats.asked();
  }

  /** A folder's entries were answered to the kernel, from the first on. */
  listed(slot: DirectorySlot, listing: Listing): void {
    if (slot.directory.changes) return;
    if (this.#isWalk(slot)) listing.prepareFolders(this.#progressOf(slot).folders.begin(listing));
    if (!this.#habit.expectsReading()) return;
    this.#prepare({ slot, listing }, this.#progressOf(slot).files.begin(listing));
  }

  /** The whole content of a file that was prepared. */
  contentOf(id: NodeId): Uint8Array | undefined {
    return this.#files.get(id)?.bytes();
  }

  /** A prepared file was read up to `end`. */
  gave(id: NodeId, end: number): void {
    const file = this.#files.get(id);
    if (file === undefined) return;
    if (end >= file.size) this.#files.drop(file);
    if (!file.asked) this.#goOn(file.place, file.entry);
    file.asked = true;
  }

  /** A file is read that was not prepared, and that nobody has read lately. */
  read(slot: DirectorySlot, entry: number): void {
    if (!slot.directory.changes) this.#run(() => this.#goOnFrom(slot, entry));
  }

  /** Does a little of what is worth doing while nobody asks for anything. False if there is nothing. */
  work(): boolean {
    return this.#files.decodeNext();
  }

  /** Prepares nothing more. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  /** Whether the folders before this one were gone through as well. */
  #isWalk({ parent }: DirectorySlot): boolean {
    return parent !== undefined && (this.#progress.get(parent)?.folders.window ?? 0) > FOLDERS_AHEAD.first;
  }

  #run(work: () => Promise<void>): void {
    if (this.#stopping.signal.aborted) return;
    // What cannot be prepared fails again when it is asked for, and is explained then.
    const running = work()
      .catch(() => {})
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #prepareFolders(parent: DirectorySlot, entry: number): Promise<void> {
    const listing = await parent.directory.list(this.#stopping.signal);
    const progress = this.#progressOf(parent);
    const next = progress.folders.after(listing, entry);
    if (next.length > 0) listing.prepareFolders(next);
    if (!progress.folders.isAtEnd || progress.beyond) return;
    progress.beyond = true;
    await this.#prepareBeyond(parent);
  }

  /** The last of its folders are gone through: the first ones of the folder after it come next. */
  async #prepareBeyond(slot: DirectorySlot): Promise<void> {
    const { parent } = slot;
    if (parent === undefined || !this.#isWalk(slot)) return;
    const listing = await parent.directory.list(this.#stopping.signal);
    const { folders } = this.#progressOf(parent);
    const next = folders.next(listing, slot.entry);
    const node = next < 0 ? undefined : listing.node(next);
    if (node?.kind !== EntryKind.Directory) return;
    const inside = await node.list(this.#stopping.signal);
    inside.prepareFolders(firstFolders(inside));
  }

  async #goOnFrom(slot: DirectorySlot, entry: number): Promise<void> {
    const listing = await slot.directory.list(this.#stopping.signal);
    if (isFile(listing, entry)) this.#goOn({ slot, listing }, entry);
  }

  /** A file is asked for: the ones after it are prepared. */
  #goOn(place: Place, entry: number): void {
    const { files } = this.#progressOf(place.slot);
    const next = files.after(place.listing, entry);
    this.#habit.read(files.window > 0);
    this.#prepare(place, next);
  }

  #prepare(place: Place, entries: readonly number[]): void {
    if (entries.length === 0) return;
    const { listing } = place;
    this.#run(() =>
      listing.readTogether(entries, MOST_BYTES, this.#stopping.signal, (found) => {
        this.#files.put(place, found);
      }),
    );
  }

  #progressOf(slot: DirectorySlot): Progress {
    const known = this.#progress.get(slot);
    if (known !== undefined) return known;
    const progress = {
      folders: new InOrder({ ...FOLDERS_AHEAD, counts: isFolder }),
      files: new InOrder({ ...FILES_AHEAD, counts: isFile }),
      beyond: false,
    };
    this.#progress.set(slot, progress);
    return progress;
  }
}

function isFolder(listing: Listing, entry: number): boolean {
  return listing.kind(entry) === EntryKind.Directory;
}

/** Files with several names may be known to the kernel by another one. */
function isFile(listing: Listing, entry: number): boolean {
  return listing.kind(entry) === EntryKind.File && !listing.hardLinked(entry);
}

function firstFolders(listing: Listing): number[] {
  return new InOrder({ ...FOLDERS_AHEAD, counts: isFolder }).begin(listing);
}

/** The first entry that is no folder, or -1. */
function firstLeaf(listing: Listing): number {
  for (let entry = 0; entry < listing.end; entry++) {
    if (listing.has(entry) && !isFolder(listing, entry)) return entry;
  }
  return -1;
}
