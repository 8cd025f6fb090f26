/**
 * Keeps the blob index up to date with the repository's index files: each is read once, by whoever refreshes
 * first. Holds the JSON of a few files at a time only.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reporter } from '../../report.ts';
import type { Backend } from '../backend/backend.ts';
import { BackendError } from '../backend/errors.ts';
import { RepositoryError } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';
import { untilAborted } from '../../until-aborted.ts';
import { BlobIndex } from './blob-index.ts';
import type { Decoder } from './decode/decoder.ts';

/** Enough to keep a few decoding threads and a remote storage busy. */
const FILES_AT_ONCE = 6;

export class IndexLoader {
  readonly blobs = new BlobIndex();
  readonly #backend: Backend;
  readonly #decoder: Decoder;
  readonly #reporter: Reporter;
  readonly #unreadable = new Set<string>();
  /** Ends every refresh: a refresh is shared, so no caller's own signal may. */
  readonly #closing = new AbortController();
  #refreshing: Promise<void> | undefined;

  constructor(backend: Backend, decoder: Decoder, reporter: Reporter) {
    this.#backend = backend;
    this.#decoder = decoder;
    this.#reporter = reporter;
  }

  /**
   * Adds the index files that are not known yet. Concurrent callers share one refresh. A file that cannot be
   * read is reported once and left out: what only it lists cannot be found, all else can.
   */
  async refresh(signal: AbortSignal): Promise<void> {
    this.#refreshing ??= this.#load(this.#closing.signal).finally(() => {
      this.#refreshing = undefined;
    });
    await untilAborted(this.#refreshing, signal);
  }

  /** Ends a refresh under way and waits for it. */
  async close(): Promise<void> {
    this.#closing.abort(new RepositoryError('lost', 'The repository is closed'));
    await this.#refreshing?.catch(() => undefined);
  }

  async #load(signal: AbortSignal): Promise<void> {
    const listed = await this.#backend.list('index', signal);
    const unknown = listed.filter((name) => !this.blobs.hasFile(name) && !this.#unreadable.has(name));
    let done = 0;
    await inParallel(FILES_AT_ONCE, unknown, async (name) => {
      await this.#add(name, signal);
      done++;
      this.#reporter.progress('index files loaded', done, unknown.length);
    });
  }

  async #add(name: string, signal: AbortSignal): Promise<void> {
    try {
      const sealed = await this.#backend.read({ kind: 'index', name }, undefined, signal);
      const columns = await this.#decoder.index(sealed, name, signal);
      // To its end whatever happens: the index takes the file for known from its beginning.
      for (const _step of this.blobs.adding(name, columns)) await nextTurn();
    } catch (error) {
      signal.throwIfAborted();
      // Replaced since it was listed: the file that supersedes it is listed by the next refresh.
      if (error instanceof BackendError && error.code === 'not-found') return;
      if (!(error instanceof BackendError || error instanceof RepositoryError)) throw error;
      this.#unreadable.add(name);
      this.#reporter.warn(
        `Cannot read index file ${name}; what only it lists cannot be read ('restic repair index' rebuilds it): ${error.message}`,
      );
    }
  }
}
