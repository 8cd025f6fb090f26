/**
 * The open /dev/fuse descriptor: messages in, messages out. Knows the out header and the error numbers with
 * which the kernel talks about messages, not what a message says.
 *
 * The descriptor does not block: the kernel's queue is read until it is empty, then one poll(2) in libuv's
 * pool waits for more or for `wake`. A read that blocked could not be ended without unmounting, and Node cannot
 * exit while one of its pool threads is blocked.
 */

import fs from 'node:fs';
import { promisify } from 'node:util';
import { MountError } from '../errors.ts';
import { errorName, type Libc } from '../linux-mounts/libc.ts';
import { Errno } from './constants.ts';
import { WireWriter } from './wire/cursor.ts';
import { OUT_HEADER_SIZE } from './wire/reply.ts';

const writev = promisify(fs.writev);

/** More slices than this are joined before the write: the kernel takes 1024 (IOV_MAX). */
const MOST_SLICES = 256;

/** sizeof(struct pollfd), twice. */
const POLL_SIZE = 16;
const POLLIN = 1;

export class Device {
  readonly #libc: Libc;
  readonly #descriptor: number;
  readonly #wake: number;
  readonly #poll: Uint8Array;
  readonly #header = new WireWriter(OUT_HEADER_SIZE);
  #ended = false;
  #closed = false;
  /** Replies that a thread is writing. */
  #writing = 0;

  /** Takes over the descriptor, which must not block. Throws MountError, and then the descriptor stays as it is. */
  constructor(libc: Libc, descriptor: number) {
    this.#libc = libc;
    this.#descriptor = descriptor;
    this.#wake = libc.eventfd();
    if (this.#wake < 0)
      throw new MountError('failed', `Cannot make an event descriptor: ${errorName(this.#wake)}`);
    const poll = new WireWriter(POLL_SIZE);
    poll.u32(descriptor).u16(POLLIN).u16(0).u32(this.#wake).u16(POLLIN).u16(0);
    this.#poll = poll.written();
  }

  /** True once the connection has ended or `end` was called. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * The length of the next message, now in `into`; 0 if none is waiting, -1 when the connection has ended.
   * Throws what else goes wrong.
   */
  read(into: Uint8Array): number {
    for (;;) {
      if (this.#ended) return -1;
      const length = this.#libc.read(this.#descriptor, into);
      if (length >= 0) return length;
      switch (-length) {
        case Errno.EAGAIN:
          return 0;
        case Errno.EINTR:
        // The request was interrupted between being queued and being read.
        case Errno.ENOENT:
          continue;
        // It ended while a request was being read.
        case Errno.ECONNABORTED:
        case Errno.ENODEV:
          this.#ended = true;
          return -1;
        default:
          throw new Error(`Cannot read from /dev/fuse: ${errorName(length)}`);
      }
    }
  }

  /** Resolves when a message waits, the connection has ended, or `end` was called. */
  async wait(): Promise<void> {
    if (!this.#ended) await this.#libc.poll(this.#poll, 2);
  }

  /** Reads nothing more. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    fs.writeSync(this.#wake, new Uint8Array(8).fill(1));
  }

  /**
   * Answers a request with the slices behind one another, or with an error number. False if the kernel does not
   * wait for it any more. Throws for an answer that the kernel does not accept.
   */
  reply(unique: bigint, error: number, slices: readonly Uint8Array[]): boolean {
    // The number of a closed descriptor may stand for another file by now.
    if (this.#closed) return false;
    try {
      fs.writevSync(this.#descriptor, message(this.#header.reset(), unique, error, slices));
      return true;
    } catch (problem) {
      if (isGone(problem)) return false;
      throw problem;
    }
  }

  /**
   * The same from a thread of libuv's pool: the kernel copies within write(2), which takes a millisecond a MiB where it is
   * short of memory. The slices must stay as they are until it has settled. It does soon, whatever becomes of
   * the mount: the copy waits for nobody, and reading data leaves threads free for it (`createDataThreads`).
   */
  async replyInThread(unique: bigint, slices: readonly Uint8Array[]): Promise<boolean> {
    if (this.#closed) return false;
    this.#writing++;
    try {
      await writev(this.#descriptor, message(new WireWriter(OUT_HEADER_SIZE), unique, 0, slices));
      return true;
    } catch (problem) {
      if (isGone(problem)) return false;
      throw problem;
    } finally {
      this.#writing--;
      if (this.#closed && this.#writing === 0) fs.closeSync(this.#descriptor);
    }
  }

  /**
   * When nothing is being read. The kernel ends the connection if it has not ended; replies do nothing. What a thread is
   * still writing keeps its descriptor until it has. Idempotent.
   */
  close(): void {
    if (this.#closed) return;
    this.#ended = true;
    this.#closed = true;
    if (this.#writing === 0) fs.closeSync(this.#descriptor);
    fs.closeSync(this.#wake);
  }
}

/** `header` is empty, and filled. */
function message(
  header: WireWriter,
  unique: bigint,
  error: number,
  slices: readonly Uint8Array[],
): Uint8Array[] {
  const body = slices.length > MOST_SLICES ? [Buffer.concat(slices)] : slices;
  const length = body.reduce((sum, slice) => sum + slice.length, OUT_HEADER_SIZE);
  header.u32(length).u32(-error).u64(unique);
  return [header.written(), ...body];
}

/** ENOENT: the request was interrupted. The others: the connection ended. */
function isGone(problem: unknown): boolean {
  const code = (problem as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENODEV' || code === 'ENOTCONN' || code === 'ECONNABORTED';
}
