/**
 * Keeps the folders above the snapshots up to date: asks the repository when somebody looks and the list is too
 * old. Owns no timer: a mount that nobody looks at asks nothing.
 */

import { RepositoryError } from '../../../repo/errors.ts';
import type { Repository, Snapshot } from '../../../repo/repository.ts';
import type { Reporter } from '../../../report.ts';
import type { NameRule } from '../names/name-rule.ts';
import { SharedTask } from '../shared-task.ts';
import { type Place, SnapshotFoldersBuilder } from './snapshot-folders.ts';

export interface SnapshotSelection {
  readonly pathTemplates: readonly string[];
  readonly timeTemplate: string;
  readonly names: NameRule;
  accepts(snapshot: Snapshot): boolean;
  /** Called after snapshots came or went, when the folders show it. */
  readonly onChange?: ((change: SnapshotsChange) => void) | undefined;
}

/** Of the snapshots that are shown. */
export interface SnapshotsChange {
  readonly added: number;
  readonly removed: number;
  readonly total: number;
}

/** After so many snapshots others get their turn: they take 3 ms at the most. */
const SNAPSHOTS_A_TURN = 100;

export class SnapshotsRefresher {
  readonly #repository: Repository;
  readonly #selection: SnapshotSelection;
  readonly #reporter: Reporter;
  readonly #now: () => number;
  readonly #renewal = new SharedTask((signal) => this.#renew(signal));
  #apply: (root: Place) => void = () => {};
  #shown: readonly string[] = [];
  #listedAt = 0;
  #failing = false;

  /** `now` is a clock in milliseconds that never goes back. */
  constructor(
    repository: Repository,
    selection: SnapshotSelection,
    reporter: Reporter,
    now: () => number = () => performance.now(),
  ) {
    this.#repository = repository;
    this.#selection = selection;
    this.#reporter = reporter;
    this.#now = now;
  }

  /** The first list. Rejects with RepositoryError. Later ones go to `apply`. */
  async start(apply: (root: Place) => void, signal: AbortSignal): Promise<Place> {
    const snapshots = await this.#list(signal);
    const root = await this.#build(snapshots);
    this.#apply = apply;
    return root;
  }

  /** Rejects with nothing but `signal.reason`. */
  async refresh(signal: AbortSignal): Promise<void> {
    if (this.#now() - this.#listedAt < this.#repository.listingLifetime) return;
    await this.#renewal.join(signal);
  }

  async #renew(signal: AbortSignal): Promise<void> {
    try {
      const shown = this.#shown;
      const snapshots = await this.#list(signal);
      if (this.#failing) this.#reporter.note('The list of snapshots can be read again');
      this.#failing = false;
      if (sameIds(shown, this.#shown)) return;
      this.#apply(await this.#build(snapshots));
      this.#selection.onChange?.(compareIds(shown, this.#shown));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!(error instanceof RepositoryError)) throw error;
      this.#keepOldList(error);
    }
  }

  async #list(signal: AbortSignal): Promise<readonly Snapshot[]> {
    const all = await this.#repository.snapshots(signal);
    // An abandoned renewal must not put its list over that of the one that follows it.
    signal.throwIfAborted();
    const accepted = all.filter((snapshot) => this.#selection.accepts(snapshot));
    this.#listedAt = this.#now();
    this.#shown = accepted.map(({ id }) => id);
    return accepted;
  }

  async #build(snapshots: readonly Snapshot[]): Promise<Place> {
    const { pathTemplates, timeTemplate, names } = this.#selection;
    const builder = new SnapshotFoldersBuilder(pathTemplates, timeTemplate, names);
    for (const [number, snapshot] of snapshots.entries()) {
      if (number % SNAPSHOTS_A_TURN === SNAPSHOTS_A_TURN - 1) await nextTurn();
      builder.add(snapshot);
    }
    return builder.root();
  }

  /** It is tried again after the list's lifetime, not with every look: each try may take its time. */
  #keepOldList(error: RepositoryError): void {
    this.#listedAt = this.#now();
    // A lost lock ends the mount: whoever ends it says so.
    if (this.#failing || error.code === 'lost') return;
    this.#failing = true;
    this.#reporter.warn(`New snapshots are not shown for now: ${error.message}`);
  }
}

function sameIds(before: readonly string[], now: readonly string[]): boolean {
  return before.length === now.length && before.every((id, place) => id === now[place]);
}

function compareIds(before: readonly string[], now: readonly string[]): SnapshotsChange {
  const known = new Set(before);
  const added = now.filter((id) => !known.has(id)).length;
  return { added, removed: before.length + added - now.length, total: now.length };
}

function nextTurn(): Promise<void> {
  return new Promise((fulfil) => setImmediate(fulfil));
}
