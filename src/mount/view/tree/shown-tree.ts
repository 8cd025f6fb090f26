/**
 * A folder's tree as it is shown: mostly the table as it is, and where names make that impossible a renamed
 * selection of it. Knows neither inode numbers nor where in the mount the folder is.
 */

import { EntryKind } from '../../../entry-kind.ts';
import type { Repository } from '../../../repo/repository.ts';
import type { TreeTable } from '../../../repo/tree-table.ts';
import type { NameRule } from '../names/name-rule.ts';
import { byteKey } from '../names/name-text.ts';
import { type RenamedEntries, renameEntries, type TableEntry } from './renamed-entries.ts';
import { canShowAsIs } from './shown-as-is.ts';

export interface ShownTree {
  readonly table: TreeTable;
  /** Instead of the table's own entries, where a name cannot be shown. */
  readonly renamed: RenamedEntries | undefined;
  /** Entries of kinds that cannot be shown. */
  readonly omitted: number;
}

/** The repository keeps the tables that were read last; this keeps only what it makes of them. */
export class ShownTrees {
  readonly #repository: Repository;
  readonly #names: NameRule;
  /** For as long as the repository keeps the table. */
  readonly #made = new WeakMap<TreeTable, ShownTree>();
  /** A long listing asks for its tree many times, one that is larger than the repository's cache above all. */
  #newest: { readonly key: string; readonly tree: ShownTree } | undefined;

  constructor(repository: Repository, names: NameRule) {
    this.#repository = repository;
    this.#names = names;
  }

  /** `id` is 32 bytes. Rejects with RepositoryError, or with `signal.reason`. */
  async get(id: Uint8Array, signal: AbortSignal): Promise<ShownTree> {
    const key = byteKey(id);
    if (this.#newest?.key === key) return this.#newest.tree;
    const tree = await this.#load(id, signal);
    this.#newest = { key, tree };
    return tree;
  }

  async #load(id: Uint8Array, signal: AbortSignal): Promise<ShownTree> {
    const table = await this.#repository.tree(id, signal);
    if (table.plainNames && this.#names.takesPlainNames) return asItIs(table);
    const known = this.#made.get(table);
    if (known !== undefined) return known;
    const shownAsIs = await canShowAsIs(table, this.#names, signal);
    const tree = shownAsIs ? asItIs(table) : await this.#rename(table, signal);
    this.#made.set(table, tree);
    return tree;
  }

  async #rename(table: TreeTable, signal: AbortSignal): Promise<ShownTree> {
    const wrapped = await loadWrapped(this.#repository, table, signal);
    const renamed = await renameEntries(selectEntries(table, wrapped), this.#names, signal);
    const tables = [table, ...wrapped.values()];
    return { table, renamed, omitted: tables.reduce((sum, { omitted }) => sum + omitted, 0) };
  }
}

function asItIs(table: TreeTable): ShownTree {
  return { table, renamed: undefined, omitted: table.omitted };
}

/**
 * Old backups hold a folder named `.` or `/` around what was backed up: its contents stand in its place, as in
 * restic. At most one of each name, so that a hostile tree cannot ask for any number of others.
 */
async function loadWrapped(
  repository: Repository,
  table: TreeTable,
  signal: AbortSignal,
): Promise<Map<number, TreeTable>> {
  const wrapped = new Map<number, TreeTable>();
  for (const name of WRAPPER_NAMES) {
    const entry = table.find(name);
    if (entry === -1 || table.kind(entry) !== EntryKind.Directory) continue;
    const subtree = table.subtree(entry);
    if (subtree.length > 0) wrapped.set(entry, await repository.tree(subtree, signal));
  }
  return wrapped;
}

const WRAPPER_NAMES: readonly Uint8Array[] = [Buffer.from('.'), Buffer.from('/')];

function* selectEntries(table: TreeTable, wrapped: ReadonlyMap<number, TreeTable>): Generator<TableEntry> {
  for (let entry = 0; entry < table.length; entry++) {
    const inside = wrapped.get(entry);
    if (inside === undefined) yield { table, entry };
    else for (let i = 0; i < inside.length; i++) yield { table: inside, entry: i };
  }
}
