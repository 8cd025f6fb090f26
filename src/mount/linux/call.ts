/**
 * One request that waits for its answer: the signal that ends it and the one way to answer it. Knows the
 * device, not the operations.
 */

import { LazySignal } from '../lazy-signal.ts';
import type { Device } from './device.ts';
import type { WireWriter } from './wire/cursor.ts';

export class Call {
  readonly #device: Device;
  readonly #unique: bigint;
  readonly #out: WireWriter;
  readonly #ending = new LazySignal();
  #answered = false;

  /** `out` is shared by all calls: filled and sent within one turn. */
  constructor(device: Device, unique: bigint, out: WireWriter) {
    this.#device = device;
    this.#unique = unique;
    this.#out = out;
  }

  /** Ends when the asking program was interrupted or the mount ended. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  get answered(): boolean {
    return this.#answered;
  }

  get aborted(): boolean {
    return this.#ending.aborted;
  }

  /** Answers with an error at once and ends the signal; what the operation answers after that is dropped. */
  abort(errno: number): void {
    try {
      this.fail(errno);
    } finally {
      this.#ending.abort();
    }
  }

  /** The empty writer for an answer that is sent with `send` before anything is awaited. */
  begin(): WireWriter {
    return this.#out.reset();
  }

  /** Answers with what was written since `begin`. False if nobody waits for it any more. */
  send(): boolean {
    return this.sendSlices([this.#out.written()]);
  }

  /** Answers with slices of any memory, not copied. */
  sendSlices(slices: readonly Uint8Array[]): boolean {
    return this.#reply(0, slices);
  }

  /** The same in a thread: for what takes long to copy. The slices must stay as they are until then. */
  async sendSlicesInThread(slices: readonly Uint8Array[]): Promise<boolean> {
    if (this.#answered) return false;
    // Nothing else may be answered meanwhile: not by abort() either.
    this.#answered = true;
    try {
      return await this.#device.replyInThread(this.#unique, slices);
    } catch (problem) {
      this.#answered = false;
      throw problem;
    }
  }

  succeed(): boolean {
    return this.sendSlices([]);
  }

  /** `error` is a positive error number. */
  fail(error: number): boolean {
    return this.#reply(error, []);
  }

  #reply(error: number, slices: readonly Uint8Array[]): boolean {
    if (this.#answered) return false;
    // Throws what the kernel does not accept: an error may be answered instead.
    const isAwaited = this.#device.reply(this.#unique, error, slices);
    this.#answered = true;
    return isAwaited;
  }
}
