/**
 * What the commands ask for: the view of a whole repository, of one snapshot, or a snapshot's root folder. Puts
 * the parts together and does nothing else.
 */

import type { Repository, Snapshot, Timestamp } from '../../repo/repository.ts';
import type { Reporter } from '../../report.ts';
import { FsError } from '../errors.ts';
import type { Directory, Statistics, View } from '../node.ts';
import { walk } from '../path-walker.ts';
import { DamageReports } from './damage.ts';
import { ROOT_INODE } from './inode-number.ts';
import { DEFAULT_LINKS, type LinkOptions } from './links/link-options.ts';
import { isMadeOnWindows } from './links/stored-link.ts';
import { ROOT_LOCATION } from './location.ts';
import { makeNameRule, POSIX } from './names/make-name-rule.ts';
import type { NameOptions } from './names/name-rule.ts';
import { Ownership, type OwnershipOptions } from './ownership.ts';
import { validateTemplates } from './snapshots/path-template.ts';
import { SnapshotsDirectory } from './snapshots/snapshots-directory.ts';
import { type SnapshotsChange, SnapshotsRefresher } from './snapshots/snapshots-refresher.ts';
import { ShownTrees } from './tree/shown-tree.ts';
import { snapshotRoot, TreeDirectory } from './tree/tree-directory.ts';
import type { TreeServices } from './tree/tree-services.ts';

export type { LinkOptions } from './links/link-options.ts';
export type { NameOptions } from './names/name-rule.ts';
export type { OwnershipOptions } from './ownership.ts';
export {
  DEFAULT_PATH_TEMPLATES,
  DEFAULT_TIME_TEMPLATE,
  validateTemplates,
} from './snapshots/path-template.ts';
export type { SnapshotsChange } from './snapshots/snapshots-refresher.ts';

/** How a snapshot's own files and folders are shown. */
export interface TreeOptions {
  readonly ownership: OwnershipOptions;
  /** By default as POSIX systems take them. */
  readonly names?: NameOptions | undefined;
  /** What links show; by default DEFAULT_LINKS. */
  readonly links?: LinkOptions | undefined;
}

export interface ViewOptions extends TreeOptions {
  readonly pathTemplates: readonly string[];
  readonly timeTemplate: string;
  /** Which snapshots are shown. */
  accepts(snapshot: Snapshot): boolean;
  /** Called after snapshots came or went, when the folders show it. */
  readonly onChange?: ((change: SnapshotsChange) => void) | undefined;
  /** Who the folders above the snapshots belong to. */
  readonly mounter: { readonly uid: number; readonly gid: number };
  /** Milliseconds, never going back. */
  readonly now?: (() => number) | undefined;
}

/**
 * All accepted snapshots, in folders after the templates. Rejects with RepositoryError if they cannot be listed,
 * with RangeError if the templates are not valid.
 */
export async function createView(
  repository: Repository,
  options: ViewOptions,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<View> {
  const complaint = validateTemplates(options.pathTemplates, options.timeTemplate);
  if (complaint !== undefined) throw new RangeError(complaint);
  const tree = treeServices(repository, options, reporter);
  let hasCreationTimes = false;
  const accepts = (snapshot: Snapshot) => {
    const isShown = options.accepts(snapshot);
    if (isShown && isMadeOnWindows(snapshot.paths)) hasCreationTimes = true;
    return isShown;
  };
  const selection = { ...options, names: tree.names, accepts };
  const refresher = new SnapshotsRefresher(repository, selection, reporter, options.now);
  const services = {
    tree,
    mounter: options.mounter,
    emptyTime: currentTime(),
    refresh: (caller: AbortSignal) => refresher.refresh(caller),
  };
  const place = await refresher.start((next) => root.apply(next), signal);
  const root = new SnapshotsDirectory(services, ROOT_INODE, ROOT_LOCATION, place);
  return new RepositoryView(repository, root, () => hasCreationTimes);
}

/**
 * One snapshot, or one of its folders, as the root. `subfolder` is a path within the snapshot; symlinks are not
 * followed. Rejects with FsError if there is no such folder.
 */
export async function createSnapshotView(
  repository: Repository,
  snapshot: Snapshot,
  subfolder: string | Uint8Array,
  options: TreeOptions,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<View> {
  const folder = await walk(snapshotDirectory(repository, snapshot, options, reporter), subfolder, signal);
  if (!(folder instanceof TreeDirectory)) {
    const name = typeof subfolder === 'string' ? subfolder : Buffer.from(subfolder).toString();
    throw new FsError('ENOTDIR', `"${name}" is not a folder in snapshot ${snapshot.id.slice(0, 8)}`);
  }
  const hasCreationTimes = isMadeOnWindows(snapshot.paths);
  return new RepositoryView(repository, folder.asRoot(), () => hasCreationTimes);
}

/** A snapshot's root folder, for commands that go through one without mounting it. */
export function snapshotDirectory(
  repository: Repository,
  snapshot: Snapshot,
  options: TreeOptions,
  reporter: Reporter,
): Directory {
  return snapshotRoot(treeServices(repository, options, reporter), snapshot, ROOT_INODE, ROOT_LOCATION);
}

class RepositoryView implements View {
  readonly root: Directory;
  readonly #repository: Repository;
  readonly #hasCreationTimes: () => boolean;

  constructor(repository: Repository, root: Directory, hasCreationTimes: () => boolean) {
    this.root = root;
    this.#repository = repository;
    this.#hasCreationTimes = hasCreationTimes;
  }

  get hasCreationTimes(): boolean {
    return this.#hasCreationTimes();
  }

  statistics(): Statistics {
    const { bytes, blobs } = this.#repository.usage();
    return { bytes, nodes: blobs };
  }
}

function treeServices(repository: Repository, options: TreeOptions, reporter: Reporter): TreeServices {
  const names = makeNameRule(options.names ?? POSIX);
  return {
    repository,
    names,
    trees: new ShownTrees(repository, names),
    ownership: new Ownership(options.ownership),
    damage: new DamageReports(reporter),
    links: options.links ?? DEFAULT_LINKS,
  };
}

function currentTime(): Timestamp {
  const now = Date.now();
  const seconds = Math.floor(now / 1000);
  return { seconds, nanoseconds: (now - seconds * 1000) * 1_000_000, offsetSeconds: 0 };
}
