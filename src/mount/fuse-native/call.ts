/**
 * One request, for which a thread of libfuse waits until it is answered: the signal that ends it and the one way to
 * answer it. Knows no operation.
 */

import { LazySignal } from '../lazy-signal.ts';

export interface CallOptions {
  /** Answers. Called once. */
  readonly answer: (result: number, details: readonly unknown[]) => void;
  /** What an answer without a result must hold besides the error number. */
  readonly blank: readonly unknown[];
}

export class Call {
  readonly #options: CallOptions;
  readonly #ending = new LazySignal();
  #answered = false;

  constructor(options: CallOptions) {
    this.#options = options;
  }

  /** Ends when the mount does. libfuse does not say that a program was interrupted. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** From then on libfuse's memory that came with the request must not be touched. */
  get answered(): boolean {
    return this.#answered;
  }

  get aborted(): boolean {
    return this.#ending.aborted;
  }

  /** `result` is 0 or a count. Does nothing after the first answer. */
  succeed(result = 0, details: readonly unknown[] = this.#options.blank): void {
    this.#answer(result, details);
  }

  /** `errno` is positive. Does nothing after the first answer. */
  fail(errno: number): void {
    this.#answer(-errno, this.#options.blank);
  }

  /** Answers with an error at once and ends the signal; what the operation answers after that is dropped. */
  abort(errno: number): void {
    this.fail(errno);
    this.#ending.abort();
  }

  #answer(result: number, details: readonly unknown[]): void {
    if (this.#answered) return;
    this.#answered = true;
    this.#options.answer(result, details);
  }
}
