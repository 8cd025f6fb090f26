/**
 * One request that waits for its answer: the signal that ends it and the one way to answer it. Knows the
 * device, not the operations.
 */

import type { Device } from './device.ts';
import type { WireWriter } from './wire/cursor.ts';

export class Call {
  readonly #device: Device;
  readonly #unique: bigint;
  readonly #out: WireWriter;
  #controller: AbortController | undefined;
  #answered = false;
  #abortErrno: number | undefined;

  /** `out` is shared by all calls: filled and sent within one turn. */
  constructor(device: Device, unique: bigint, out: WireWriter) {
    this.#device = device;
    this.#unique = unique;
    this.#out = out;
  }

  /** Ends when the asking program was interrupted or the mount ended. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  get answered(): boolean {
    return this.#answered;
  }

  /** The error number to answer with after `abort`. */
  get abortErrno(): number | undefined {
    return this.#abortErrno;
  }

  /** Ends the signal; what waits on it rejects, and `errno` is answered. */
  abort(errno: number): void {
    this.#abortErrno ??= errno;
    this.#controller ??= new AbortController();
    this.#controller.abort();
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
    this.#answered = true;
    return this.#device.reply(this.#unique, 0, slices);
  }

  succeed(): boolean {
    return this.sendSlices([]);
  }

  /** `error` is a positive error number. */
  fail(error: number): boolean {
    this.#answered = true;
    return this.#device.reply(this.#unique, error, []);
  }
}
