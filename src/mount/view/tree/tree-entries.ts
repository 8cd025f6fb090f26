/**
 * What the entries of one folder of a snapshot have in common: its place in the mount, its inode numbers, the way
 * from a table's entry to a node. Knows nothing of how the entries are named or found.
 */

import type { TreeTable } from '../../../repo/tree-table.ts';
import { type Attributes, type Directory, EntryKind, type Node, type WholeFile } from '../../node.ts';
import { InodeNumbers } from '../inode-number.ts';
import type { SnapshotLinks } from '../links/snapshot-links.ts';
import { type Location, locationIn } from '../location.ts';
import { findOtherForm } from '../names/normal-forms.ts';
import { fillEntry } from './fill-entry.ts';
import type { FolderLinks } from './folder-links.ts';
import type { TableEntry } from './renamed-entries.ts';
import { hashShown } from './shown-hash.ts';
import { TreeFile } from './tree-file.ts';
import { type EntryOrigin, TreeSpecial, TreeSymlink } from './tree-nodes.ts';
import type { TreeServices } from './tree-services.ts';

export class TreeEntries {
  readonly #services: TreeServices;
  readonly #location: Location;
  readonly #numbers: InodeNumbers;
  /** Of the whole snapshot: two snapshots may hold different contents of the same file. */
  readonly #hardLinkNumbers: InodeNumbers;
  readonly #links: SnapshotLinks;
  readonly #makeDirectory: (origin: EntryOrigin) => Directory;

  constructor(
    services: TreeServices,
    folder: { inode: bigint; location: Location; hardLinkNumbers: InodeNumbers; links: SnapshotLinks },
    makeDirectory: (origin: EntryOrigin) => Directory,
  ) {
    this.#services = services;
    this.#location = folder.location;
    this.#numbers = new InodeNumbers(folder.inode);
    this.#hardLinkNumbers = folder.hardLinkNumbers;
    this.#links = folder.links;
    this.#makeDirectory = makeDirectory;
  }

  /** For a name that `find` does not find: -1, or what it finds where names have several forms. */
  findOtherForm(name: Uint8Array, find: (name: Uint8Array) => number): number {
    return this.#services.names.anyNormalForm ? findOtherForm(name, find) : -1;
  }

  /** Of an entry that is shown with its stored name. */
  inode(table: TreeTable, entry: number): bigint {
    if (this.hardLinked(table, entry)) return this.#hardLinkInode(table, entry);
    return this.#numbers.of(table.nameHashLow(entry), table.nameHashHigh(entry));
  }

  /** Of an entry that is shown as `name`. */
  renamedInode(table: TreeTable, entry: number, name: Uint8Array): bigint {
    if (this.hardLinked(table, entry)) return this.#hardLinkInode(table, entry);
    return this.#numbers.ofName(name);
  }

  /** Links that show something of their own place are not the same file in another. */
  hardLinked(table: TreeTable, entry: number): boolean {
    if (!isHardLinked(table, entry)) return false;
    return table.kind(entry) !== EntryKind.Symlink || !this.#links.changes(table, entry);
  }

  /** `links` are those of this folder, here and below. */
  attributes(
    table: TreeTable,
    entry: number,
    inode: bigint,
    into: Attributes,
    links: FolderLinks,
  ): Attributes {
    return fillEntry(into, table, entry, inode, this.#services.ownership, links);
  }

  prepareFolders(entries: readonly TableEntry[]): void {
    for (const { table, entry } of entries) {
      const subtree = table.subtree(entry);
      if (subtree.length > 0) this.#services.repository.prepareTree(subtree);
    }
  }

  /** `numbers` are those of the entries in the listing. */
  async readTogether(
    entries: readonly TableEntry[],
    numbers: readonly number[],
    mostBytes: number,
    signal: AbortSignal,
    use: (found: readonly WholeFile[]) => void,
  ): Promise<void> {
    const contents = entries.map(({ table, entry }) => table.content(entry));
    await this.#services.repository.readTogether(contents, mostBytes, signal, (found) => {
      const asRecorded = found.filter(({ place, size }) => {
        const { table, entry } = entries[place]!;
        return size === table.size(entry);
      });
      use(asRecorded.map(({ place, size, bytes }) => ({ entry: numbers[place]!, size, bytes })));
    });
  }

  node(table: TreeTable, entry: number, inode: bigint, name: Uint8Array, links: FolderLinks): Node {
    const location = locationIn(this.#location, name);
    const origin = { services: this.#services, table, entry, inode, location, links };
    const kind = table.kind(entry);
    if (kind === EntryKind.Directory) return this.#makeDirectory(origin);
    if (kind === EntryKind.File) return new TreeFile(origin);
    if (kind === EntryKind.Symlink) return new TreeSymlink(origin);
    return new TreeSpecial(origin, kind);
  }

  /**
   * A driver shows entries of one number as one file. So what they show is part of it: a file that was changed
   * while it was backed up, or an inode number that was used again, has more than one content.
   */
  #hardLinkInode(table: TreeTable, entry: number): bigint {
    const device = this.#hardLinkNumbers.ofValue(table.sourceDevice(entry));
    const source = new InodeNumbers(device).ofValue(table.sourceInode(entry));
    hashShown(table, entry, shownHash);
    return new InodeNumbers(source).of(shownHash[0]!, shownHash[1]!);
  }
}

const shownHash = new Uint32Array(2);

/** A number of 0 identifies nothing: systems that have no inode numbers leave it so. */
function isHardLinked(table: TreeTable, entry: number): boolean {
  return (
    table.links(entry) > 1 && table.kind(entry) !== EntryKind.Directory && table.sourceInode(entry) !== 0n
  );
}
