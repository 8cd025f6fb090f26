/**
 * Keeps the blob index up to date with the repository's index files: each is read once, by whoever refreshes
 * first. Holds the JSON of a few files at a time only.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reporter } from '../../../report.ts';
import type { Backend } from '../../backend/backend.ts';
import { BackendError } from '../../backend/errors.ts';
import { FreshTask } from '../../fresh-task.ts';
import { inParallel } from '../../in-parallel.ts';
import type { Decoder } from '../decode/decoder.ts';
import { asRepositoryError, isLasting } from '../storage-failure.ts';
import { BlobIndex } from './blob-index.ts';

/** Enough to keep a few decoding threads and a remote storage busy. */
const FILES_AT_ONCE = 6;

export class IndexLoader {
  readonly blobs = new BlobIndex();
  readonly #backend: Backend;
  readonly #decoder: Decoder;
  readonly #reporter: Reporter;
  readonly #unreadable = new Set<string>();
  readonly #loading = new FreshTask((signal) => this.#load(signal));

  constructor(backend: Backend, decoder: Decoder, reporter: Reporter) {
    this.#backend = backend;
    this.#decoder = decoder;
    this.#reporter = reporter;
  }

  /**
   * Adds the index files that are not known yet, all that are there now: callers share a refresh that began
   * after they asked. A file that is damaged is reported once and left out: what only it lists cannot be found,
   * all else can. Rejects with RepositoryError `unavailable` where trying again may help, or with `signal.reason`.
   */
  async refresh(signal: AbortSignal): Promise<void> {
    await this.#loading.run(signal);
  }

  /** Ends a refresh under way and waits for it. */
  async close(): Promise<void> {
    await this.#loading.close();
  }

  async #load(signal: AbortSignal): Promise<void> {
    try {
      const listed = await this.#backend.list('index', signal);
      const unknown = listed.filter((name) => !this.blobs.hasFile(name) && !this.#unreadable.has(name));
      let done = 0;
      await inParallel(FILES_AT_ONCE, unknown, async (name) => {
        await this.#add(name, signal);
        done++;
        this.#reporter.progress('index files loaded', done, unknown.length);
      });
    } catch (error) {
      signal.throwIfAborted();
      throw asRepositoryError(error);
    }
  }

  async #add(name: string, signal: AbortSignal): Promise<void> {
    try {
      const sealed = await this.#backend.read({ kind: 'index', name }, signal);
      const columns = await this.#decoder.index(sealed, name, signal);
      // To its end whatever happens: the index takes the file for known from its beginning.
      for (const _step of this.blobs.adding(name, columns)) await nextTurn();
    } catch (error) {
      signal.throwIfAborted();
      // Replaced since it was listed: the file that supersedes it is listed by the next refresh.
      if (error instanceof BackendError && error.code === 'not-found') return;
      if (!isLasting(error)) throw error;
      this.#unreadable.add(name);
      this.#reporter.warn(
        `Cannot read index file ${name}; what only it lists cannot be read ('restic repair index' rebuilds it): ${error.message}`,
      );
    }
  }
}
