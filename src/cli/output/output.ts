/**
 * Standard output for data: bytes exactly as they are, no faster than they are read. Knows nothing of what is
 * written, and never shows a thing on its own.
 */

import type { Writable } from 'node:stream';
import { untilAborted } from '../../until-aborted.ts';
import { CommandError, OutputClosed } from '../errors.ts';

const BUFFER_BYTES = 64 * 1024;

export class Output {
  readonly isTerminal: boolean;
  readonly #stream: Writable;
  #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;
  #abandoned = false;

  /** Adopts the stream's `error` events: they reject the write that met them. */
  constructor(stream: Writable & { readonly isTTY?: boolean }) {
    this.isTerminal = stream.isTTY === true;
    this.#stream = stream;
    stream.on('error', () => {});
  }

  /** Writes slices that must not change until it resolves. Rejects with OutputClosed when nobody reads any more. */
  async write(slices: readonly Uint8Array[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (slices.length > 0) await untilAborted(this.#send(slices), signal);
  }

  /**
   * Adds to the buffer for many small pieces, copying. Costs no await: when it returns false, `flush` must be
   * awaited before the next call.
   */
  append(bytes: Uint8Array): boolean {
    if (bytes.length > this.#buffer.length - this.#used) this.#grow(bytes.length);
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
    return this.#used < BUFFER_BYTES / 2;
  }

  async flush(signal: AbortSignal): Promise<void> {
    const pending = this.#buffer.subarray(0, this.#used);
    this.#buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    this.#used = 0;
    if (pending.length > 0) await this.write([pending], signal);
  }

  /** What the reader has not taken by now, it need not take: the process may end without it. */
  abandon(): void {
    this.#abandoned = true;
  }

  get abandoned(): boolean {
    return this.#abandoned;
  }

  #grow(extra: number): void {
    const larger = Buffer.allocUnsafe(this.#used + Math.max(extra, BUFFER_BYTES));
    larger.set(this.#buffer.subarray(0, this.#used));
    this.#buffer = larger;
  }

  #send(slices: readonly Uint8Array[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error?: Error | null) => (error ? reject(writeError(error)) : resolve());
      // Corked, the slices reach the kernel in one writev, and the last one's callback speaks for all.
      this.#stream.cork();
      for (const [at, slice] of slices.entries()) {
        this.#stream.write(slice, at === slices.length - 1 ? done : undefined);
      }
      this.#stream.uncork();
    });
  }
}

function writeError(cause: NodeJS.ErrnoException): Error {
  const closed =
    cause.code === 'EPIPE' || cause.code === 'ECONNRESET' || cause.code === 'ERR_STREAM_DESTROYED';
  if (closed) return new OutputClosed({ cause });
  return new CommandError(`Standard output cannot be written (${cause.code ?? cause.message})`, { cause });
}
