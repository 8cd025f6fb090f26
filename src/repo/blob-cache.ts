/**
 * A cache bounded by bytes, of what is expensive to load: readers of one blob share one load, failures are not
 * kept. Knows neither what it holds nor where it comes from.
 */

import { LRUCache } from 'lru-cache';
import { untilAborted } from './until-aborted.ts';

interface Load<Value> {
  readonly value: Promise<Value>;
  readonly controller: AbortController;
  waiting: number;
}

export class BlobCache<Value extends object> {
  readonly #kept: LRUCache<string, Value>;
  readonly #loads = new Map<string, Load<Value>>();

  /** `bytesOf` is asked once for each value, when it is loaded; it must be positive. */
  constructor(options: { maxBytes: number; bytesOf: (value: Value) => number }) {
    this.#kept = new LRUCache({
      maxSize: Math.max(1, options.maxBytes),
      sizeCalculation: (value) => Math.max(1, options.bytesOf(value)),
    });
  }

  /** Bytes held now, without those of loads under way. */
  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  /** The value if it is here now. */
  peek(key: string): Value | undefined {
    return this.#kept.get(key);
  }

  /**
   * The value, loaded at most once however many ask. A caller whose signal aborts stops waiting; the load
   * itself is aborted when nobody waits for it any more.
   */
  async get(key: string, load: (signal: AbortSignal) => Promise<Value>, signal: AbortSignal): Promise<Value> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    signal.throwIfAborted();
    const shared = this.#loads.get(key) ?? this.#start(key, load);
    shared.waiting++;
    try {
      return await untilAborted(shared.value, signal);
    } finally {
      shared.waiting--;
      if (shared.waiting === 0) this.#abandon(key, shared);
    }
  }

  #start(key: string, load: (signal: AbortSignal) => Promise<Value>): Load<Value> {
    const controller = new AbortController();
    const value = load(controller.signal).then(
      (loaded) => {
        this.#forget(key, started);
        this.#kept.set(key, loaded);
        return loaded;
      },
      (error: unknown) => {
        this.#forget(key, started);
        throw error;
      },
    );
    // Whoever waits sees the failure; if nobody does any more, it concerns nobody.
    value.catch(() => undefined);
    const started: Load<Value> = { value, controller, waiting: 0 };
    this.#loads.set(key, started);
    return started;
  }

  #abandon(key: string, load: Load<Value>): void {
    if (this.#loads.get(key) !== load) return;
    this.#forget(key, load);
    load.controller.abort();
  }

  #forget(key: string, load: Load<Value>): void {
    if (this.#loads.get(key) === load) this.#loads.delete(key);
  }
}
