/**
 * The entries of a folder above the snapshots at one moment: folders, snapshots, `latest` links. Knows nothing of
 * what they were before.
 */

import type { Timestamp } from '../../../repo/repository.ts';
import { blankAttributes } from '../../attributes.ts';
import {
  type Attributes,
  type Directory,
  EntryKind,
  type ExtendedAttribute,
  type Listing,
  type Node,
  type Symlink,
} from '../../node.ts';
import { fillFolder, fillLink } from '../attributes.ts';
import { type Location, locationIn } from '../location.ts';
import { byteKey } from '../names/name-text.ts';
import { findOtherForm } from '../names/normal-forms.ts';
import { snapshotRoot } from '../tree/tree-directory.ts';
import type { TreeServices } from '../tree/tree-services.ts';
import type { LatestLink, Place } from './snapshot-folders.ts';

/** What every folder above the snapshots uses. */
export interface FolderServices {
  readonly tree: TreeServices;
  /** Who the folders belong to. */
  readonly mounter: { readonly uid: number; readonly gid: number };
  /** Of folders without snapshots. */
  readonly emptyTime: Timestamp;
  /** Renews the snapshots if they are too old. Rejects with nothing but `signal.reason`. */
  refresh(signal: AbortSignal): Promise<void>;
}

export interface SnapshotsEntry {
  readonly number: number;
  readonly name: Uint8Array;
  readonly key: string;
  readonly inode: bigint;
  readonly place: Place;
}

/** Whether it is one of the folders above the snapshots. */
export function isFolder(place: Place): boolean {
  return place.link === undefined && place.snapshot === undefined;
}

export class SnapshotsListing implements Listing {
  readonly end: number;
  readonly #services: FolderServices;
  readonly #location: Location;
  readonly #folderOf: (entry: SnapshotsEntry) => Directory;
  readonly #byNumber: ReadonlyMap<number, SnapshotsEntry>;
  readonly #byKey: ReadonlyMap<string, SnapshotsEntry>;

  /** `folderOf` gives the folder's own object for an entry that is one. */
  constructor(
    services: FolderServices,
    location: Location,
    entries: readonly SnapshotsEntry[],
    end: number,
    folderOf: (entry: SnapshotsEntry) => Directory,
  ) {
    this.end = end;
    this.#services = services;
    this.#location = location;
    this.#folderOf = folderOf;
    this.#byNumber = new Map(entries.map((entry) => [entry.number, entry]));
    this.#byKey = new Map(entries.map((entry) => [entry.key, entry]));
  }

  has(entry: number): boolean {
    return this.#byNumber.has(entry);
  }

  find(name: Uint8Array): number {
    const found = this.#findExactly(name);
    if (found !== -1 || !this.#services.tree.names.anyNormalForm) return found;
    return findOtherForm(name, (form) => this.#findExactly(form));
  }

  name(entry: number): Uint8Array {
    return this.#at(entry).name;
  }

  kind(entry: number): EntryKind {
    return this.#at(entry).place.link === undefined ? EntryKind.Directory : EntryKind.Symlink;
  }

  inode(entry: number): bigint {
    return this.#at(entry).inode;
  }

  attributes(number: number, into: Attributes): Attributes {
    const { place, inode } = this.#at(number);
    if (place.link !== undefined) return fillLatest(into, inode, place.link, this.#services);
    if (place.snapshot === undefined) return fillSnapshotsFolder(into, inode, place.newest, this.#services);
    // A snapshot's root is the same for a listing as for whoever opens it.
    return Object.assign(into, this.node(number).attributes);
  }

  hardLinked(): boolean {
    return false;
  }

  prepareFolders(): void {}

  async readTogether(): Promise<void> {}

  node(number: number): Node {
    const entry = this.#at(number);
    const { place, inode } = entry;
    if (place.link !== undefined) return new LatestSymlink(inode, place.link, this.#services);
    if (place.snapshot === undefined) return this.#folderOf(entry);
    return snapshotRoot(this.#services.tree, place.snapshot, inode, locationIn(this.#location, entry.name));
  }

  entryOf(key: string): SnapshotsEntry | undefined {
    return this.#byKey.get(key);
  }

  entries(): Iterable<SnapshotsEntry> {
    return this.#byNumber.values();
  }

  #findExactly(name: Uint8Array): number {
    return this.#byKey.get(byteKey(name))?.number ?? -1;
  }

  #at(entry: number): SnapshotsEntry {
    const found = this.#byNumber.get(entry);
    if (found === undefined) throw new RangeError(`No entry ${entry} in this folder`);
    return found;
  }
}

/** Of a folder above the snapshots: as new as its newest snapshot. */
export function fillSnapshotsFolder(
  into: Attributes,
  inode: bigint,
  newest: Timestamp | undefined,
  services: FolderServices,
): Attributes {
  const { mounter, emptyTime, tree } = services;
  return fillFolder(into, inode, mounter, newest ?? emptyTime, tree.ownership);
}

class LatestSymlink implements Symlink {
  readonly kind = EntryKind.Symlink;
  readonly leadsToFolder = true;
  readonly attributes: Readonly<Attributes>;
  readonly #link: LatestLink;

  constructor(inode: bigint, link: LatestLink, services: FolderServices) {
    this.attributes = fillLatest(blankAttributes(), inode, link, services);
    this.#link = link;
  }

  extendedAttributes(): readonly ExtendedAttribute[] {
    return [];
  }

  async target(_signal: AbortSignal): Promise<Uint8Array> {
    return Buffer.from(this.#link.target);
  }
}

function fillLatest(
  into: Attributes,
  inode: bigint,
  { target, snapshot }: LatestLink,
  { mounter, tree }: FolderServices,
): Attributes {
  return fillLink(into, inode, mounter, snapshot.time, tree.ownership, Buffer.byteLength(target));
}
