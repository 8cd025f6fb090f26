/** The repository's snapshot files, each read once. What they refer to is the index loader's business. */

import type { Reporter } from '../../report.ts';
import type { Backend } from '../backend/backend.ts';
import { BackendError } from '../backend/errors.ts';
import { RepositoryError } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';
import type { Snapshot } from '../repository.ts';
import type { Decoder } from './decode/decoder.ts';
import { FormatError } from './format-error.ts';
import { decodeSnapshot } from './snapshot-decoder.ts';

const FILES_AT_ONCE = 8;

export class SnapshotStore {
  readonly #backend: Backend;
  readonly #decoder: Decoder;
  readonly #reporter: Reporter;
  readonly #known = new Map<string, Snapshot>();
  readonly #unreadable = new Set<string>();

  constructor(backend: Backend, decoder: Decoder, reporter: Reporter) {
    this.#backend = backend;
    this.#decoder = decoder;
    this.#reporter = reporter;
  }

  /** The snapshots as they are now, oldest first, and whether any was added since the last call. */
  async list(signal: AbortSignal): Promise<{ snapshots: Snapshot[]; added: boolean }> {
    const names = new Set(await this.#backend.list('snapshot', signal));
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
    const unknown = [...names].filter((name) => !this.#known.has(name) && !this.#unreadable.has(name));
    await inParallel(FILES_AT_ONCE, unknown, (name) => this.#load(name, signal));
    const snapshots = [...this.#known.values()].sort(byTimeThenId);
    return { snapshots, added: unknown.length > 0 };
  }

  async #load(name: string, signal: AbortSignal): Promise<void> {
    try {
      const sealed = await this.#backend.read({ kind: 'snapshot', name }, undefined, signal);
      this.#known.set(name, decodeSnapshot(name, await this.#decoder.unpacked(sealed, name, signal)));
    } catch (error) {
      signal.throwIfAborted();
      // Forgotten since it was listed.
      if (error instanceof BackendError && error.code === 'not-found') return;
      if (error instanceof BackendError && !error.permanent) throw error;
      if (
        !(error instanceof BackendError || error instanceof RepositoryError || error instanceof FormatError)
      ) {
        throw error;
      }
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
