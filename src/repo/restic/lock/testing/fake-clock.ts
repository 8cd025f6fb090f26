/** A clock that tests move: what waits goes on in the order of its time, as if the time had passed. */

import type { Clock } from '../clock.ts';

interface Waiter {
  readonly at: number;
  readonly wake: () => void;
}

export class FakeClock implements Clock {
  readonly #waiters = new Set<Waiter>();
  /** The wall clock may run ahead of timers, as after a computer's sleep. */
  #asleep = 0;
  #elapsed = 0;
  readonly #start: number;

  constructor(start = Date.parse('2026-11-20T09:00:00Z')) {
    this.#start = start;
  }

  /** Waits under way. */
  get waiting(): number {
    return this.#waiters.size;
  }

  now(): number {
    return this.#start + this.#elapsed + this.#asleep;
  }

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((fulfil, reject) => {
      signal.throwIfAborted();
      const end = () => {
        this.#waiters.delete(waiter);
        signal.removeEventListener('abort', abort);
      };
      const abort = () => {
        end();
        reject(signal.reason);
      };
      const waiter: Waiter = {
        at: this.#elapsed + milliseconds,
        wake: () => {
          end();
          fulfil();
        },
      };
      signal.addEventListener('abort', abort);
      this.#waiters.add(waiter);
    });
  }

  /** The computer sleeps: timers stand still. */
  sleep(milliseconds: number): void {
    this.#asleep += milliseconds;
  }

  /** `settled` lets what was woken go on, by default until it waits again. */
  async advance(milliseconds: number, settled: () => Promise<void> = settle): Promise<void> {
    const until = this.#elapsed + milliseconds;
    for (;;) {
      await settled();
      const next = this.#next();
      if (next === undefined || next.at > until) break;
      this.#elapsed = next.at;
      next.wake();
    }
    this.#elapsed = until;
  }

  /** Lets time pass for as long as `work` takes, and no longer. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    work.then(end, end);
    for (;;) {
      await settle();
      if (ended) return work;
      const next = this.#next();
      this.#elapsed = next?.at ?? this.#elapsed;
      next?.wake();
    }
  }

  #next(): Waiter | undefined {
    return [...this.#waiters].sort((a, b) => a.at - b.at)[0];
  }
}

/** Lets everything that can go on without time do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}
