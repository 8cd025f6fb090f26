/**
 * A cache bounded by bytes, of what is expensive to load: readers of one blob share one load, failures are not
 * kept. Values are borrowed, so that their memory can be given back as soon as nobody uses them. Knows neither
 * what it holds nor where it comes from.
 */

import { availableParallelism } from 'node:os';
import { LRUCache } from 'lru-cache';
import { untilAborted } from '../until-aborted.ts';
import { RepositoryError } from './errors.ts';
import { SumByKey } from './sum-by-key.ts';

/** A value in use: it stays as it is until it is returned, exactly once. */
export interface Loan<Value> {
  readonly value: Value;
}

interface Held<Value> extends Loan<Value> {
  readonly key: string;
  readonly bytes: number;
  borrowers: number;
  kept: boolean;
  /** Somebody who has it will hardly ask for it again. */
  spent: boolean;
}

interface Load<Value> {
  readonly held: Promise<Held<Value>>;
  readonly controller: AbortController;
  waiting: number;
  /** Goes on even if nobody waits. */
  wanted: boolean;
  /** Set when it is done; whoever waited then has borrowed it. */
  done: Held<Value> | undefined;
}

/**
 * While so many loads are under way every thread has its next ones already (four, and as many are being read): preparing
 * more would only take memory, and time from those that somebody waits for. Decoding has a thread a core.
 */
const ENOUGH_LOADS = 8 * availableParallelism();

/**
 * Of what is used up: another reader may come a moment later. Memory that is used again so soon is still in the
 * processor's caches, and reading a large file once takes no more of it.
 */
const MOST_SPENT_BYTES = 16 * 2 ** 20;
/** From so many times as much on, that is set apart; smaller caches give it to whatever needs it. */
const SET_APART_FROM = 4;

/**
 * The share of the cache for what is lent and what was prepared and not asked for yet. While more waits to be used,
 * several readers would prepare more than there is room for, and what makes room before it is asked for is loaded twice.
 */
const MOST_WAITING = 1 / 2;

export interface BlobCacheOptions<Value> {
  readonly maxBytes: number;
  /** Asked once for each value, when it is loaded. */
  readonly bytesOf: (value: Value) => number;
  /** Called when a value is neither kept nor borrowed any more; left out for what the collector may have. */
  readonly free?: (value: Value) => void;
}

export type LoadBlob<Value> = (signal: AbortSignal) => Promise<Value>;

export class BlobCache<Value extends object> {
  readonly #free: ((value: Value) => void) | undefined;
  readonly #kept: LRUCache<string, Held<Value>>;
  /** What will hardly be asked for again: makes room first. */
  readonly #spent: LRUCache<string, Held<Value>>;
  readonly #maxBytes: number;
  readonly #loads = new Map<string, Load<Value>>();
  /** With those that nobody waits for any more. */
  readonly #running = new Set<Load<Value>>();
  /** Bytes of what was prepared and not asked for yet. */
  readonly #ahead = new SumByKey();
  #lentBytes = 0;
  readonly #mostWaiting: number;
  readonly #bytesOf: (value: Value) => number;
  #closed = false;

  constructor(options: BlobCacheOptions<Value>) {
    this.#free = options.free;
    this.#bytesOf = options.bytesOf;
    this.#mostWaiting = options.maxBytes * MOST_WAITING;
    this.#maxBytes = options.maxBytes;
    const apart = options.maxBytes >= SET_APART_FROM * MOST_SPENT_BYTES ? MOST_SPENT_BYTES : 0;
    this.#kept = this.#lru(options.maxBytes - apart);
    this.#spent = this.#lru(Math.min(options.maxBytes, MOST_SPENT_BYTES));
  }

  /** Bytes held now, without those of loads under way. */
  get bytes(): number {
    return this.#kept.calculatedSize + this.#spent.calculatedSize;
  }

  /**
   * The value, loaded at most once however many ask. A caller whose signal aborts stops waiting; the load
   * itself is aborted when nobody waits for it any more.
   */
  async borrow(key: string, load: LoadBlob<Value>, signal: AbortSignal): Promise<Loan<Value>> {
    this.#ahead.delete(key);
    const kept = this.#kept.get(key) ?? this.#spent.get(key);
    if (kept !== undefined) {
      this.#lend(kept, 1);
      return kept;
    }
    signal.throwIfAborted();
    const shared = this.#loads.get(key) ?? this.#start(key, load);
    shared.waiting++;
    try {
      return await untilAborted(shared.held, signal);
    } catch (error) {
      // The signal came between the load's end and ours: it was lent to us already.
      if (shared.done !== undefined) this.return(shared.done);
      throw error;
    } finally {
      shared.waiting--;
      this.#abortIfUnwanted(key, shared);
    }
  }

  /** Gives back what `borrow` gave. */
  return(loan: Loan<Value>): void {
    const held = loan as Held<Value>;
    if (held.spent && held.borrowers === 1) this.#makeSpent(held);
    this.#lend(held, -1);
    this.#freeIfUnused(held);
  }

  /**
   * The same for what will hardly be asked for again: once all have returned it, its memory is the first to be used for
   * something else.
   */
  returnSpent(loan: Loan<Value>): void {
    const held = loan as Held<Value>;
    held.spent = held.bytes <= MOST_SPENT_BYTES;
    this.return(held);
  }

  /** For values that the collector may have: nothing to give back. */
  async get(key: string, load: LoadBlob<Value>, signal: AbortSignal): Promise<Value> {
    const loan = await this.borrow(key, load, signal);
    this.return(loan);
    return loan.value;
  }

  /**
   * Begins to load what will be asked for soon, some `bytes`, unless it is here. Whoever asks then learns of a failure.
   * False if too much is under way, or waits to be used, to begin with anything that nobody waits for.
   */
  prepare(key: string, bytes: number, load: LoadBlob<Value>): boolean {
    if (this.#closed || this.#kept.has(key) || this.#spent.has(key)) return true;
    let shared = this.#loads.get(key);
    if (shared === undefined) {
      if (!this.#mayPrepare()) return false;
      this.#ahead.set(key, bytes);
      shared = this.#start(key, load);
    }
    shared.wanted = true;
    return true;
  }

  /** Ends the loads and waits for them; keeps nothing. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = [...this.#running];
    for (const { controller } of running) {
      controller.abort(new RepositoryError('lost', 'The repository is closed'));
    }
    await Promise.allSettled(running.map(({ held }) => held));
    this.#kept.clear();
    this.#spent.clear();
  }

  #lru(maxBytes: number): LRUCache<string, Held<Value>> {
    return new LRUCache({
      maxSize: Math.max(1, maxBytes),
      sizeCalculation: ({ bytes }) => Math.max(1, bytes),
      dispose: (held, key) => {
        held.kept = false;
        this.#ahead.delete(key);
        this.#freeIfUnused(held);
      },
    });
  }

  #start(key: string, load: LoadBlob<Value>): Load<Value> {
    const controller = new AbortController();
    const held = load(controller.signal).then(
      (value) => {
        this.#end(key, started);
        started.done = this.#keep(key, value, started.waiting);
        return started.done;
      },
      (error: unknown) => {
        this.#end(key, started);
        this.#ahead.delete(key);
        throw error;
      },
    );
    // Whoever waits sees the failure; if nobody does any more, it concerns nobody.
    held.catch(() => undefined);
    const started: Load<Value> = { held, controller, waiting: 0, wanted: false, done: undefined };
    this.#loads.set(key, started);
    this.#running.add(started);
    return started;
  }

  #keep(key: string, value: Value, borrowers: number): Held<Value> {
    const held: Held<Value> = {
      key,
      value,
      bytes: this.#bytesOf(value),
      borrowers: 0,
      kept: false,
      spent: false,
    };
    this.#lend(held, borrowers);
    if (!this.#closed) this.#put(this.#kept, held);
    while (this.#spent.size > 0 && this.bytes > this.#maxBytes) this.#spent.pop();
    if (!held.kept) this.#ahead.delete(key);
    this.#freeIfUnused(held);
    return held;
  }

  #makeSpent(held: Held<Value>): void {
    held.spent = false;
    if (this.#kept.peek(held.key) !== held) return;
    this.#kept.delete(held.key);
    this.#put(this.#spent, held);
  }

  /** What is larger than the whole of `into` is not taken. */
  #put(into: LRUCache<string, Held<Value>>, held: Held<Value>): void {
    into.set(held.key, held);
    held.kept = into.peek(held.key) === held;
  }

  #lend(held: Held<Value>, more: number): void {
    if (held.borrowers > 0) this.#lentBytes -= held.bytes;
    held.borrowers += more;
    if (held.borrowers > 0) this.#lentBytes += held.bytes;
  }

  #mayPrepare(): boolean {
    return this.#running.size < ENOUGH_LOADS && this.#ahead.total + this.#lentBytes < this.#mostWaiting;
  }

  #abortIfUnwanted(key: string, load: Load<Value>): void {
    if (load.waiting > 0 || load.wanted || load.done !== undefined) return;
    this.#forget(key, load);
    load.controller.abort();
  }

  #end(key: string, load: Load<Value>): void {
    this.#running.delete(load);
    this.#forget(key, load);
  }

  #forget(key: string, load: Load<Value>): void {
    if (this.#loads.get(key) === load) this.#loads.delete(key);
  }

  #freeIfUnused(held: Held<Value>): void {
    if (!held.kept && held.borrowers === 0) this.#free?.(held.value);
  }
}
