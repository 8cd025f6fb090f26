/**
 * The links of one snapshot as they are shown: what each says, and how long that is. How the target's names are spelled
 * in the snapshot, where Windows would not mind their case, is looked up when a link is read.
 */

import type { Snapshot } from '../../../repo/repository.ts';
import type { TreeTable } from '../../../repo/tree-table.ts';
import type { ReparseTagFact } from '../../node.ts';
import { foldedEqual } from './folded-equal.ts';
import type { LinkOptions } from './link-options.ts';
import { findWay, type LinkWay } from './link-way.ts';
import { findReparseTag } from './reparse-tag.ts';
import { shownTarget } from './shown-target.ts';
import { type LoadFolder, spellAsStored } from './spell-as-stored.ts';
import { isMadeOnWindows, isOfAnotherSystem, readStoredLink } from './stored-link.ts';

/** A root with more entries is that of no system, but a folder that was backed up by a relative path. */
const MOST_ROOT_NAMES = 4096;

/** An entry of the snapshot's root under both its names. */
export interface RootName {
  readonly stored: Uint8Array;
  readonly shown: Uint8Array;
}

/** The folder that a link is in. */
export interface LinkFolder {
  /** Its path in the snapshot, as it is shown. */
  readonly path: readonly Uint8Array[];
  /** Whether it has an entry that is shown with this name. */
  has(name: Uint8Array): boolean;
}

interface Parts {
  /** 32 bytes. */
  readonly rootTree: Uint8Array;
  readonly onWindows: boolean;
  readonly options: LinkOptions;
  readonly showName: (name: Uint8Array) => Uint8Array;
  /** How many folders lead to what is mounted of the snapshot. */
  readonly unseen: number;
  /** Filled when the root is listed. */
  readonly rootNames: RootName[];
}

/** `showName`: as what a name is shown, unless it occurs twice. */
export function linksOf(
  snapshot: Pick<Snapshot, 'tree' | 'paths'>,
  options: LinkOptions,
  showName: (name: Uint8Array) => Uint8Array,
): SnapshotLinks {
  const onWindows = isMadeOnWindows(snapshot.paths);
  return new SnapshotLinks({
    rootTree: snapshot.tree,
    onWindows,
    options,
    showName,
    unseen: 0,
    rootNames: [],
  });
}

export class SnapshotLinks {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get rootTree(): Uint8Array {
    return this.#parts.rootTree;
  }

  /** The same where only a folder is mounted, so many folders below the snapshot's root. */
  from(unseen: number): SnapshotLinks {
    return new SnapshotLinks({ ...this.#parts, unseen });
  }

  /** What the root holds. To be called whenever it is listed: no folder below it is reached before that. */
  learnRoot(count: number, names: () => Iterable<RootName>): void {
    const { rootNames } = this.#parts;
    if (rootNames.length > 0 || count > MOST_ROOT_NAMES) return;
    // Copies: views would keep the table.
    for (const { stored, shown } of names()) {
      rootNames.push({ stored: new Uint8Array(stored), shown: new Uint8Array(shown) });
    }
  }

  /** Whether a link may show another target than that stored. Cheap: asked of every link in a listing. */
  changes(table: TreeTable, entry: number): boolean {
    const { onWindows, options } = this.#parts;
    const { policy } = options;
    if (policy === 'stored') return table.irregular(entry);
    return policy !== 'by-origin' || isOfAnotherSystem(table, entry, onWindows);
  }

  /** In bytes: that of what target() resolves with. */
  targetLength(table: TreeTable, entry: number, folder: LinkFolder): number {
    return this.#changed(table, entry, folder)?.length ?? table.linkTargetLength(entry);
  }

  /** What target() resolves with, but for the case of the names. */
  listedTarget(table: TreeTable, entry: number, folder: LinkFolder): Uint8Array {
    return this.#changed(table, entry, folder) ?? table.linkTarget(entry);
  }

  /** Rejects with RepositoryError for what may be readable later, or with `signal.reason`. */
  async target(
    table: TreeTable,
    entry: number,
    folder: LinkFolder,
    load: LoadFolder,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const way = this.wayOf(table, entry, folder.path);
    if (way === undefined) return table.linkTarget(entry);
    const spelled = await spellAsStored(way, folder.path, this, load, signal);
    return shownTarget(spelled, (name) => folder.has(name));
  }

  /** Whose reparse point it is, as far as that is known or can be inferred. */
  reparseTag(table: TreeTable, entry: number): ReparseTagFact | undefined {
    return findReparseTag(table, entry, this.#parts.onWindows, this.#parts.options.folderLinks);
  }

  /** Undefined for a link that shows what is stored. `path` is that of its folder. */
  wayOf(table: TreeTable, entry: number, path: readonly Uint8Array[]): LinkWay | undefined {
    if (!this.changes(table, entry)) return undefined;
    const { onWindows, options, showName, unseen } = this.#parts;
    const place = {
      folder: path,
      unseen,
      findInRoot: (name: Uint8Array, ignoreCase: boolean) => this.#findInRoot(name, ignoreCase),
      showName,
    };
    const link = readStoredLink(table, entry, onWindows);
    return findWay(link, place, options.policy === 'contain');
  }

  /** Undefined for a link that shows what is stored. */
  #changed(table: TreeTable, entry: number, folder: LinkFolder): Uint8Array | undefined {
    const way = this.wayOf(table, entry, folder.path);
    return way && shownTarget(way, (name) => folder.has(name));
  }

  #findInRoot(name: Uint8Array, ignoreCase: boolean): Uint8Array | undefined {
    const names = this.#parts.rootNames;
    const exact = names.find(({ stored }) => Buffer.compare(stored, name) === 0);
    if (exact !== undefined || !ignoreCase) return exact?.shown;
    return names.find(({ stored }) => foldedEqual(stored, name))?.shown;
  }
}
