/** The links of one folder of a snapshot, for as long as a listing of it lives. Knows where the folder is. */

import { EntryKind } from '../../../entry-kind.ts';
import type { TreeTable } from '../../../repo/tree-table.ts';
import type { StoredFacts } from '../../node.ts';
import { nearTarget } from '../links/near-target.ts';
import type { LinkFolder, SnapshotLinks } from '../links/snapshot-links.ts';
import { readReparsePoint } from '../links/stored-link.ts';
import { type Location, namesTo } from '../location.ts';
import { matchEntry } from './match-entry.ts';
import type { ShownTree, ShownTrees } from './shown-tree.ts';

const NO_FACTS: StoredFacts = {};

export class FolderLinks implements LinkFolder {
  readonly #links: SnapshotLinks;
  readonly #trees: ShownTrees;
  readonly #tree: ShownTree;
  readonly #place: Location;
  #path: readonly Uint8Array[] | undefined;

  /** `place` is the folder's in the snapshot: the snapshot's root has no parent. */
  constructor(links: SnapshotLinks, trees: ShownTrees, tree: ShownTree, place: Location) {
    this.#links = links;
    this.#trees = trees;
    this.#tree = tree;
    this.#place = place;
  }

  get path(): readonly Uint8Array[] {
    this.#path ??= namesTo(this.#place);
    return this.#path;
  }

  has(name: Uint8Array): boolean {
    return this.#kindOf(name) !== undefined;
  }

  targetLength(table: TreeTable, entry: number): number {
    return this.#links.targetLength(table, entry, this);
  }

  /** Whether the target is a folder; undefined where another one than this would have to be loaded for it. */
  leadsToFolder(table: TreeTable, entry: number): boolean | undefined {
    const near = nearTarget(this.#links.listedTarget(table, entry, this));
    if (near === undefined || near.kind === 'around') return near && true;
    const kind = this.#kindOf(near.name);
    return kind === undefined || kind === EntryKind.Symlink ? undefined : kind === EntryKind.Directory;
  }

  /** Rejects with RepositoryError, or with `signal.reason`. */
  target(table: TreeTable, entry: number, signal: AbortSignal): Promise<Uint8Array> {
    const load = async (id: Uint8Array, caller: AbortSignal) => {
      const tree = await this.#trees.get(id, caller);
      return { match: (name: Uint8Array) => matchEntry(tree, name) };
    };
    return this.#links.target(table, entry, this, load, signal);
  }

  /** What was stored counts as absent then. */
  hasMalformedReparsePoint(table: TreeTable, entry: number): boolean {
    const buffer = table.windowsAttributes(entry)?.reparsePoint;
    return buffer !== undefined && readReparsePoint(buffer) === undefined;
  }

  storedFacts(table: TreeTable, entry: number): StoredFacts {
    const kind = table.kind(entry);
    if (kind !== EntryKind.Symlink && !table.hasWindowsAttributes(entry)) return NO_FACTS;
    return {
      ...table.windowsAttributes(entry),
      irregular: table.irregular(entry) || undefined,
      target: kind === EntryKind.Symlink ? table.linkTarget(entry) : undefined,
      reparseTag: this.#links.reparseTag(table, entry),
    };
  }

  /** Of the entry that is shown with this name; undefined if there is none. */
  #kindOf(name: Uint8Array): EntryKind | undefined {
    const { renamed, table } = this.#tree;
    const found = (renamed ?? table).find(name);
    if (found === -1) return undefined;
    const { table: holder, entry } = renamed?.entries[found] ?? { table, entry: found };
    return holder.kind(entry);
  }
}
