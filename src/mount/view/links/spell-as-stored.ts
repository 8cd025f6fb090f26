/**
 * The names of a link's target as the snapshot has them: Windows does not mind their case, other systems do. What is not
 * there, or is damaged, stays as the link says it. A bounded walk, whatever the links on the way lead to.
 */

import { EntryKind } from '../../../entry-kind.ts';
import { RepositoryError } from '../../../repo/errors.ts';
import type { TreeTable } from '../../../repo/tree-table.ts';
import type { LinkWay } from './link-way.ts';

/** As Linux has it. */
const MOST_LINKS = 40;
/** Far more than any path that Linux takes has folders. */
const MOST_FOLDERS = 2048;

export interface FoundEntry {
  readonly table: TreeTable;
  readonly entry: number;
  /** The name that it is shown with. */
  readonly name: Uint8Array;
}

/** A folder as it is shown. */
export interface SpelledFolder {
  /** The entry that is shown with this name; else the first with a stored name that differs only in case. */
  match(name: Uint8Array): FoundEntry | undefined;
}

/** Loads a folder by its tree's id. Rejects with RepositoryError, or with `signal.reason`. */
export type LoadFolder = (id: Uint8Array, signal: AbortSignal) => Promise<SpelledFolder>;

/** What the walk asks of the links that it comes across. */
export interface LinksOnTheWay {
  /** 32 bytes. */
  readonly rootTree: Uint8Array;
  /** Where a link leads that is in the folder with this path; undefined where it is shown as stored. */
  wayOf(table: TreeTable, entry: number, path: readonly Uint8Array[]): LinkWay | undefined;
}

/** `path` is that of the link's own folder. Rejects with RepositoryError for what may be readable later. */
export async function spellAsStored(
  way: LinkWay,
  path: readonly Uint8Array[],
  links: LinksOnTheWay,
  load: LoadFolder,
  signal: AbortSignal,
): Promise<LinkWay> {
  if (way.kind !== 'inside' || !way.ignoreCase) return way;
  const walk = new Walk(links, load, signal);
  const isThere = await walk.go(path.slice(0, path.length - way.up));
  return isThere ? { ...way, steps: await walk.spell(way.steps) } : way;
}

class Walk {
  readonly #links: LinksOnTheWay;
  readonly #load: LoadFolder;
  readonly #signal: AbortSignal;
  /** Names from the root to where the walk is, and the ids of their trees, that of the root first. */
  readonly #names: Uint8Array[] = [];
  readonly #ids: Uint8Array[];
  #linksLeft = MOST_LINKS;
  #foldersLeft = MOST_FOLDERS;

  constructor(links: LinksOnTheWay, load: LoadFolder, signal: AbortSignal) {
    this.#links = links;
    this.#load = load;
    this.#signal = signal;
    this.#ids = [links.rootTree];
  }

  /** Goes on down by these names. False if that leads to no folder. */
  async go(steps: readonly Uint8Array[]): Promise<boolean> {
    for (const step of steps) {
      const found = await this.#find(step);
      if (found === undefined || !(await this.#enter(found))) return false;
    }
    return true;
  }

  /** The names as they are shown; those behind one that is not there as they are given. */
  async spell(steps: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    const spelled = [...steps];
    for (const [place, step] of steps.entries()) {
      const found = await this.#find(step);
      // The length has been told already.
      if (found === undefined || found.name.length !== step.length) break;
      spelled[place] = new Uint8Array(found.name);
      if (place === steps.length - 1 || !(await this.#enter(found))) break;
    }
    return spelled;
  }

  async #find(name: Uint8Array): Promise<FoundEntry | undefined> {
    this.#signal.throwIfAborted();
    if (this.#foldersLeft-- === 0) return undefined;
    try {
      const folder = await this.#load(this.#ids.at(-1)!, this.#signal);
      return folder.match(name);
    } catch (error) {
      // Damage stays, and whoever goes there learns of it. A disk that is away comes back: the kernel would keep for
      // good what the link says now.
      if (error instanceof RepositoryError && error.code === 'damaged') return undefined;
      throw error;
    }
  }

  /** False if it is no folder and leads to none. */
  async #enter({ table, entry, name }: FoundEntry): Promise<boolean> {
    const kind = table.kind(entry);
    if (kind === EntryKind.Symlink) return this.#follow(table, entry);
    const subtree = table.subtree(entry);
    if (kind !== EntryKind.Directory || subtree.length === 0) return false;
    this.#names.push(new Uint8Array(name));
    this.#ids.push(new Uint8Array(subtree));
    return true;
  }

  async #follow(table: TreeTable, entry: number): Promise<boolean> {
    if (this.#linksLeft-- === 0) return false;
    const way = this.#links.wayOf(table, entry, this.#names);
    if (way?.kind !== 'inside' || way.up > this.#names.length) return false;
    this.#names.length -= way.up;
    this.#ids.length -= way.up;
    return this.go(way.steps);
  }
}
