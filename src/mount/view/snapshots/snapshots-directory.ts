/**
 * The folders above the snapshots, which change while mounted. A folder stays the same object for as long as it
 * is there, and its entries keep their numbers. Knows nothing of repositories: who refreshes, applies.
 */

import type { Timestamp } from '../../../repo/repository.ts';
import { blankAttributes } from '../../attributes.ts';
import { type Attributes, type Directory, EntryKind } from '../../node.ts';
import { InodeNumbers } from '../inode-number.ts';
import { type Location, locationIn } from '../location.ts';
import { byteKey } from '../names/name-text.ts';
import type { Place } from './snapshot-folders.ts';
import {
  type FolderServices,
  fillSnapshotsFolder,
  isFolder,
  type SnapshotsEntry,
  SnapshotsListing,
} from './snapshots-listing.ts';

export class SnapshotsDirectory implements Directory {
  readonly kind = EntryKind.Directory;
  readonly changes = true;
  readonly #services: FolderServices;
  readonly #inode: bigint;
  readonly #location: Location;
  readonly #numbers: InodeNumbers;
  readonly #folders = new Map<string, SnapshotsDirectory>();
  #newest: Timestamp | undefined;
  #listing: SnapshotsListing;

  constructor(services: FolderServices, inode: bigint, location: Location, place: Place) {
    this.#services = services;
    this.#inode = inode;
    this.#location = location;
    this.#numbers = new InodeNumbers(inode);
    this.#listing = this.#makeListing([], 0);
    this.apply(place);
  }

  get attributes(): Attributes {
    return fillSnapshotsFolder(blankAttributes(), this.#inode, this.#newest, this.#services);
  }

  extendedAttributes(): readonly [] {
    return [];
  }

  /** Rejects with nothing but `signal.reason`: a list that cannot be renewed stays as it is. */
  async list(signal: AbortSignal): Promise<SnapshotsListing> {
    await this.#services.refresh(signal);
    return this.#listing;
  }

  /** Takes over what stands at its place now, in one go. Without a place, because the folder is gone, it is empty from now on. */
  apply(place: Place | undefined): void {
    this.#newest = place?.newest;
    this.#listing = this.#nextListing(place?.children ?? NO_CHILDREN);
    for (const [key, folder] of this.#folders) {
      const now = this.#listing.entryOf(key)?.place;
      if (now !== undefined && isFolder(now)) folder.apply(now);
      else {
        this.#folders.delete(key);
        folder.apply(undefined);
      }
    }
  }

  #nextListing(children: ReadonlyMap<string, Place>): SnapshotsListing {
    const entries: SnapshotsEntry[] = [];
    let end = this.#listing.end;
    for (const [text, place] of children) {
      const name = Buffer.from(text);
      const key = byteKey(name);
      const known = this.#listing.entryOf(key);
      const number = known !== undefined && sameShown(known.place, place) ? known.number : end++;
      entries.push({ number, name, key, inode: this.#numbers.ofName(name), place });
    }
    return this.#makeListing(entries, end);
  }

  #makeListing(entries: readonly SnapshotsEntry[], end: number): SnapshotsListing {
    return new SnapshotsListing(this.#services, this.#location, entries, end, (entry) => this.#folder(entry));
  }

  /** Made when somebody goes there: a folder that nobody saw needs no object. */
  #folder(entry: SnapshotsEntry): SnapshotsDirectory {
    const known = this.#folders.get(entry.key);
    // An old listing may be asked for a folder that is gone, or is not the same any more.
    const now = this.#listing.entryOf(entry.key);
    const stays = now?.number === entry.number;
    if (known !== undefined && stays) return known;
    const location = locationIn(this.#location, entry.name);
    const folder = new SnapshotsDirectory(
      this.#services,
      entry.inode,
      location,
      stays ? now.place : NOTHING_THERE,
    );
    if (stays) this.#folders.set(entry.key, folder);
    return folder;
  }
}

const NO_CHILDREN: ReadonlyMap<string, Place> = new Map();
const NOTHING_THERE: Place = { children: NO_CHILDREN };

/** Whether whoever saw the one may take the other for it. */
function sameShown(before: Place, now: Place): boolean {
  if (isFolder(before) || isFolder(now)) return isFolder(before) && isFolder(now);
  if (before.link?.target !== now.link?.target) return false;
  return (before.link ?? before).snapshot?.id === (now.link ?? now).snapshot?.id;
}
