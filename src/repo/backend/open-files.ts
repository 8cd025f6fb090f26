/**
 * File descriptors kept open for a while, because a mount reads many pieces of few pack files. Bounded; a file
 * that leaves the cache is closed when its last reader is done.
 */

import { close, open } from 'node:fs';
import { promisify } from 'node:util';
import type { SemaphoreInterface } from 'async-mutex';
import { LRUCache } from 'lru-cache';
import { InFlight } from './in-flight.ts';

const openFile = promisify(open);
const closeFile = promisify(close);

/** Packs that programs jump between: 4 GiB of them. Well below the usual limit of 1024 descriptors. */
const MOST_OPEN_FILES = 256;

interface OpenFile {
  readonly descriptor: Promise<number>;
  readers: number;
  evicted: boolean;
}

export class OpenFiles {
  readonly #threads: SemaphoreInterface;
  readonly #reading = new InFlight();
  readonly #closing = new Set<Promise<void>>();
  readonly #files = new LRUCache<string, OpenFile>({
    max: MOST_OPEN_FILES,
    dispose: (file) => {
      file.evicted = true;
      this.#closeIfUnused(file);
    },
  });

  /** `threads` are those that opening and closing may occupy. */
  constructor(threads: SemaphoreInterface) {
    this.#threads = threads;
  }

  /** Runs `use` with the file's descriptor, opened for reading; it stays valid until `use` has ended. */
  use<Result>(path: string, use: (descriptor: number) => Promise<Result>): Promise<Result> {
    return this.#reading.run(async () => {
      const file = this.#files.get(path) ?? this.#open(path);
      file.readers++;
      try {
        return await use(await file.descriptor);
      } finally {
        file.readers--;
        this.#closeIfUnused(file);
      }
    });
  }

  /** Closes every file. Resolves when the last one is closed, which is after its last reader is done. */
  async close(): Promise<void> {
    this.#files.clear();
    await this.#reading.idle();
    await Promise.all(this.#closing);
  }

  #open(path: string): OpenFile {
    const file: OpenFile = {
      descriptor: this.#threads.runExclusive(() => openFile(path, 'r')),
      readers: 0,
      evicted: false,
    };
    this.#files.set(path, file);
    // A failure belongs to whoever asked; here it only must not be kept.
    file.descriptor.catch(() => {
      if (this.#files.peek(path) === file) this.#files.delete(path);
    });
    return file;
  }

  #closeIfUnused(file: OpenFile): void {
    if (!file.evicted || file.readers > 0) return;
    const closing = file.descriptor
      .then((descriptor) => this.#threads.runExclusive(() => closeFile(descriptor)))
      // Not opened: nothing to close. Not closed: whoever read has its bytes, and nobody could do anything.
      .catch(() => undefined)
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
