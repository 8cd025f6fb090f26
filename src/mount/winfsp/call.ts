/**
 * One request that waits for its response: the signal that ends it and the one way to answer it. Knows the channel to
 * WinFsp, not the operations.
 */

import { LazySignal } from '../lazy-signal.ts';
import { NtStatus } from './wire/nt-status.ts';
import type { RequestHeader } from './wire/request.ts';
import type { ResponseWriter } from './wire/response.ts';

export interface Channel {
  sendResponse(response: Uint8Array): void;
  write(address: bigint, bytes: Uint8Array): void;
}

export class Call {
  readonly #channel: Channel;
  readonly #header: RequestHeader;
  readonly #out: ResponseWriter;
  readonly #ending = new LazySignal();
  #answered = false;

  /** `out` is shared by all calls: filled and sent within one turn. */
  constructor(channel: Channel, header: RequestHeader, out: ResponseWriter) {
    this.#channel = channel;
    this.#header = header;
    this.#out = out;
  }

  /** Ends when the mount does. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  get answered(): boolean {
    return this.#answered;
  }

  get aborted(): boolean {
    return this.#ending.aborted;
  }

  /** Answers with a failure at once and ends the signal; what the operation answers after that is dropped. */
  abort(status: number): void {
    try {
      this.fail(status);
    } finally {
      this.#ending.abort();
    }
  }

  /** The writer for a success, to be sent with `send` before anything is awaited. */
  begin(): ResponseWriter {
    return this.#out.begin(this.#header.kind, this.#header.hint);
  }

  /** Sends what was written since `begin`. False if it was answered before. */
  send(): boolean {
    if (this.#answered) return false;
    this.#channel.sendResponse(this.#out.finish());
    // Only now: what could not be sent may still be answered with a failure.
    this.#answered = true;
    return true;
  }

  succeed(): boolean {
    this.begin();
    return this.send();
  }

  fail(status: number): boolean {
    this.begin().status(status);
    return this.send();
  }

  /** Answers with bytes for the asker's buffer, which has room for them. Its memory is gone once this is answered. */
  sendBytes(address: bigint, slices: readonly Uint8Array[]): boolean {
    if (this.#answered) return false;
    let length = 0;
    for (const slice of slices) {
      this.#channel.write(address + BigInt(length), slice);
      length += slice.length;
    }
    this.begin().status(NtStatus.Success).information(length);
    return this.send();
  }
}
