/** The entries of a snapshot's folder: as its table numbers them, or renamed. Neither makes an object an entry. */

import type { TreeTable } from '../../../repo/tree-table.ts';
import type { Attributes, EntryKind, Listing, Node, WholeFile } from '../../node.ts';
import type { FolderLinks } from './folder-links.ts';
import type { RenamedEntries, RenamedEntry } from './renamed-entries.ts';
import type { TreeEntries } from './tree-entries.ts';

/** Entry numbers are those of the table. */
export class TreeListing implements Listing {
  readonly end: number;
  readonly #table: TreeTable;
  readonly #entries: TreeEntries;
  readonly #links: FolderLinks;

  constructor(table: TreeTable, entries: TreeEntries, links: FolderLinks) {
    this.end = table.length;
    this.#table = table;
    this.#entries = entries;
    this.#links = links;
  }

  has(entry: number): boolean {
    return entry >= 0 && entry < this.end;
  }

  find(name: Uint8Array): number {
    const found = this.#table.find(name);
    return found === -1 ? this.#entries.findOtherForm(name, (form) => this.#table.find(form)) : found;
  }

  name(entry: number): Uint8Array {
    return this.#table.name(entry);
  }

  kind(entry: number): EntryKind {
    return this.#table.kind(entry);
  }

  inode(entry: number): bigint {
    return this.#entries.inode(this.#table, entry);
  }

  attributes(entry: number, into: Attributes): Attributes {
    return this.#entries.attributes(this.#table, entry, this.inode(entry), into, this.#links);
  }

  hardLinked(entry: number): boolean {
    return this.#entries.hardLinked(this.#table, entry);
  }

  prepareFolders(entries: readonly number[]): void {
    this.#entries.prepareFolders(entries.map((entry) => ({ table: this.#table, entry })));
  }

  readTogether(
    entries: readonly number[],
    mostBytes: number,
    signal: AbortSignal,
    use: (found: readonly WholeFile[]) => void,
  ): Promise<void> {
    const origins = entries.map((entry) => ({ table: this.#table, entry }));
    return this.#entries.readTogether(origins, entries, mostBytes, signal, use);
  }

  node(entry: number): Node {
    return this.#entries.node(this.#table, entry, this.inode(entry), this.name(entry), this.#links);
  }
}

/** The slow path, for folders with names that cannot be shown. */
export class RenamedListing implements Listing {
  readonly end: number;
  readonly #renamed: RenamedEntries;
  readonly #entries: TreeEntries;
  readonly #links: FolderLinks;

  constructor(renamed: RenamedEntries, entries: TreeEntries, links: FolderLinks) {
    this.end = renamed.entries.length;
    this.#renamed = renamed;
    this.#entries = entries;
    this.#links = links;
  }

  has(entry: number): boolean {
    return entry >= 0 && entry < this.end;
  }

  find(name: Uint8Array): number {
    const found = this.#renamed.find(name);
    return found === -1 ? this.#entries.findOtherForm(name, (form) => this.#renamed.find(form)) : found;
  }

  name(entry: number): Uint8Array {
    return this.#at(entry).name;
  }

  kind(number: number): EntryKind {
    const { table, entry } = this.#at(number);
    return table.kind(entry);
  }

  inode(number: number): bigint {
    const { table, entry, name } = this.#at(number);
    return this.#entries.renamedInode(table, entry, name);
  }

  attributes(number: number, into: Attributes): Attributes {
    const { table, entry } = this.#at(number);
    return this.#entries.attributes(table, entry, this.inode(number), into, this.#links);
  }

  hardLinked(number: number): boolean {
    const { table, entry } = this.#at(number);
    return this.#entries.hardLinked(table, entry);
  }

  prepareFolders(entries: readonly number[]): void {
    this.#entries.prepareFolders(entries.map((entry) => this.#at(entry)));
  }

  readTogether(
    entries: readonly number[],
    mostBytes: number,
    signal: AbortSignal,
    use: (found: readonly WholeFile[]) => void,
  ): Promise<void> {
    const origins = entries.map((entry) => this.#at(entry));
    return this.#entries.readTogether(origins, entries, mostBytes, signal, use);
  }

  node(number: number): Node {
    const { table, entry, name } = this.#at(number);
    return this.#entries.node(table, entry, this.inode(number), name, this.#links);
  }

  #at(entry: number): RenamedEntry {
    const found = this.#renamed.entries[entry];
    if (found === undefined) throw new RangeError(`No entry ${entry} among ${this.end}`);
    return found;
  }
}
