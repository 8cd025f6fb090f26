// A real backend whose calls take their time and sometimes fail for once, before they are made or after: then the
// caller hears of a failure, and the file is there. Counts the calls that reach the storage when they must not.

import { BackendError } from '../../dist/repo/backend/errors.js';

/** Of a hundred calls. */
const FAILING = 4;
const FAILING_AFTERWARDS = 2;
const HANGING = 3;
const LONGEST_DELAY_MS = 2_000;
const LONGEST_HANG_MS = 40_000;

export class FaultyBackend {
  /** Set when whoever uses it has said that it is done. */
  isDone = false;
  callsWhenDone = 0;
  /** Of the lock files written, the latest. */
  written = undefined;
  #real;
  #clock;
  #random;

  constructor(real, clock, random) {
    this.#real = real;
    this.#clock = clock;
    this.#random = random;
  }

  list(kind, signal) {
    return this.#call(signal, () => this.#real.list(kind, signal));
  }

  read(file, signal) {
    return this.#call(signal, () => this.#real.read(file, signal));
  }

  write(file, bytes, signal) {
    return this.#call(signal, async () => {
      await this.#real.write(file, bytes, signal);
      this.written = file;
    });
  }

  remove(file, signal) {
    return this.#call(signal, () => this.#real.remove(file, signal));
  }

  async #call(signal, work) {
    signal.throwIfAborted();
    this.#count();
    // Not ended by the signal: a storage that hangs does not hear that nobody waits any more.
    await this.#clock.wait(this.#delay());
    signal.throwIfAborted();
    if (this.#random(100) < FAILING) throw new BackendError('failed', 'Injected before the call');
    this.#count();
    const result = await this.#clock.during(work);
    this.#count();
    if (this.#random(100) < FAILING_AFTERWARDS) throw new BackendError('failed', 'Injected after the call');
    return result;
  }

  #delay() {
    return this.#random(this.#random(100) < HANGING ? LONGEST_HANG_MS : LONGEST_DELAY_MS);
  }

  #count() {
    if (this.isDone) this.callsWhenDone++;
  }
}
