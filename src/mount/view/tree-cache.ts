/**
 * The trees read last, within a bound of bytes, so that a folder can be asked for again and again: every lookup
 * and every part of a long listing does. Folders read at once share one reading, failures are not kept.
 */

import type { Repository } from '../../repo/repository.ts';
import { byteKey } from './names.ts';
import { SharedTask } from './shared-task.ts';
import { loadShownTree, type ShownTree } from './shown-tree.ts';

/** Some 200,000 files. */
export const DEFAULT_TREE_CACHE_BYTES = 32 * 1024 * 1024;

export class TreeCache {
  readonly #repository: Repository;
  readonly #maxBytes: number;
  /** The one used last stands last. */
  readonly #kept = new Map<string, ShownTree>();
  readonly #loads = new Map<string, SharedTask<ShownTree>>();
  #bytes = 0;

  constructor(repository: Repository, maxBytes: number = DEFAULT_TREE_CACHE_BYTES) {
    this.#repository = repository;
    this.#maxBytes = maxBytes;
  }

  /** `id` is 32 bytes. Rejects with RepositoryError, or with `signal.reason`. */
  async get(id: Uint8Array, signal: AbortSignal): Promise<ShownTree> {
    const key = byteKey(id);
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    let load = this.#loads.get(key);
    if (load === undefined) {
      load = new SharedTask((shared) => this.#load(key, id, shared));
      this.#loads.set(key, load);
    }
    try {
      return await load.join(signal);
    } finally {
      if (!load.running && this.#loads.get(key) === load) this.#loads.delete(key);
    }
  }

  async #load(key: string, id: Uint8Array, signal: AbortSignal): Promise<ShownTree> {
    const tree = await loadShownTree(this.#repository, id, signal);
    this.#keep(key, tree);
    return tree;
  }

  /** The newest stays even if it exceeds the bound alone: a long listing asks for it many times. */
  #keep(key: string, tree: ShownTree): void {
    this.#drop(key);
    this.#kept.set(key, tree);
    this.#bytes += tree.bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes || oldest === key) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const tree = this.#kept.get(key);
    if (tree === undefined) return;
    this.#kept.delete(key);
    this.#bytes -= tree.bytes;
  }
}
