/** The repository's snapshot files, each read once. What they refer to is the index loader's business. */

import type { Reporter } from '../../report.ts';
import type { Backend } from '../backend/backend.ts';
import { BackendError } from '../backend/errors.ts';
import { FreshTask } from '../fresh-task.ts';
import { inParallel } from '../in-parallel.ts';
import type { Snapshot } from '../repository.ts';
import type { Decoder } from './decode/decoder.ts';
import { decodeSnapshot } from './snapshot-decoder.ts';
import { asRepositoryError, isLasting } from './storage-failure.ts';

const FILES_AT_ONCE = 8;

export interface SnapshotList {
  /** Oldest first. */
  readonly snapshots: readonly Snapshot[];
  /** How many were ever loaded: more than in an earlier list if any came after it. */
  readonly loaded: number;
}

export class SnapshotStore {
  readonly #backend: Backend;
  readonly #decoder: Decoder;
  readonly #reporter: Reporter;
  readonly #known = new Map<string, Snapshot>();
  readonly #unreadable = new Set<string>();
  readonly #listing = new FreshTask((signal) => this.#list(signal));
  #loaded = 0;

  constructor(backend: Backend, decoder: Decoder, reporter: Reporter) {
    this.#backend = backend;
    this.#decoder = decoder;
    this.#reporter = reporter;
  }

  /**
   * The snapshots as they are now. One that is damaged is left out and reported once. Rejects with
   * RepositoryError `unavailable` where trying again may help, or with `signal.reason`.
   */
  list(signal: AbortSignal): Promise<SnapshotList> {
    return this.#listing.run(signal);
  }

  /** Ends what is under way and waits for it. */
  async close(): Promise<void> {
    await this.#listing.close();
  }

  async #list(signal: AbortSignal): Promise<SnapshotList> {
    try {
      const names = new Set(await this.#backend.list('snapshot', signal));
      for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
      const unknown = [...names].filter((name) => !this.#known.has(name) && !this.#unreadable.has(name));
      await inParallel(FILES_AT_ONCE, unknown, (name) => this.#load(name, signal));
    } catch (error) {
      signal.throwIfAborted();
      throw asRepositoryError(error);
    }
    return { snapshots: [...this.#known.values()].sort(byTimeThenId), loaded: this.#loaded };
  }

  async #load(name: string, signal: AbortSignal): Promise<void> {
    try {
      const sealed = await this.#backend.read({ kind: 'snapshot', name }, signal);
      this.#known.set(name, decodeSnapshot(name, await this.#decoder.unpacked(sealed, name, signal)));
      this.#loaded++;
    } catch (error) {
      signal.throwIfAborted();
      // Forgotten since it was listed.
      if (error instanceof BackendError && error.code === 'not-found') return;
      if (!isLasting(error)) throw error;
      this.#unreadable.add(name);
      this.#reporter.warn(`Snapshot ${name} is left out, it cannot be read: ${error.message}`);
    }
  }
}

/** restic's order, which decides what `latest` is and which of two equal names gets a number. */
function byTimeThenId(a: Snapshot, b: Snapshot): number {
  return (
    a.time.seconds - b.time.seconds ||
    a.time.nanoseconds - b.time.nanoseconds ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}
