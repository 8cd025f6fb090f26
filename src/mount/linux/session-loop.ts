/**
 * Reads requests until the connection ends and lets each be answered, many at a time. Owns what is under way.
 * Knows FORGET and INTERRUPT, which are about other requests and get no answer, and leaves the rest to `answer`.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { Call } from './call.ts';
import { Errno } from './constants.ts';
import type { Device } from './device.ts';
import { WireWriter } from './wire/cursor.ts';
import { decodeRequest, type Forgotten, type Request, uniqueOf } from './wire/request.ts';

/** The kernel wants at least 8 KiB, and fills one BATCH_FORGET as far as there is room. */
export const REQUEST_BUFFER_SIZE = 16 * 1024;

/** The longest listing answered at once: about 700 entries, a few hundred microseconds of work. */
export const REPLY_BUFFER_SIZE = 128 * 1024;

/** Requests taken one after the other, or milliseconds, before timers and other descriptors get their turn. */
const TURN = 16;
const TURN_MS = 4;

/**
 * Milliseconds to go on looking for the next request when nothing is under way and there is no other work. To sleep and
 * be woken by a thread costs about as much as a program needs between two requests.
 */
const SPIN = 0.1;

/** Milliseconds before an INTERRUPT ends a request. */
const INTERRUPT_GRACE = 500;

export interface SessionHandlers {
  /** Answers through the call. Must not reject. */
  answer(request: Request, call: Call): Promise<void>;
  forget(forgotten: readonly Forgotten[]): void;
  /** Does a little of what is worth doing while no request waits. False if there is nothing. */
  work(): boolean;
  /** A message that cannot be read. */
  problem(line: string): void;
  /** Calls back once, later; returns what prevents it. */
  schedule(callback: () => void, milliseconds: number): () => void;
}

interface UnderWay {
  readonly call: Call;
  readonly done: Promise<void>;
  cancelTimer?: () => void;
}

export class SessionLoop {
  readonly #device: Device;
  readonly #handlers: SessionHandlers;
  readonly #underWay = new Map<bigint, UnderWay>();
  #refusing = false;
  #accesses = 0;
  readonly #out = new WireWriter(REPLY_BUFFER_SIZE);

  constructor(device: Device, handlers: SessionHandlers) {
    this.#device = device;
    this.#handlers = handlers;
  }

  /**
   * From now on each request is answered EIO, and so are those under way. The loop goes on until the device ends, so
   * that nobody is left waiting.
   */
  refuse(): void {
    this.#refusing = true;
    for (const { call } of this.#underWay.values()) call.abort(Errno.EIO);
  }

  /** Requests so far by which a program wants to know something of a file. */
  get accesses(): number {
    return this.#accesses;
  }

  /** Resolves when nothing is under way any more. Only after `refuse`. */
  async drain(): Promise<void> {
    await Promise.all([...this.#underWay.values()].map(({ done }) => done));
  }

  /** Resolves when the connection has ended. Rejects if the device failed otherwise. */
  async run(): Promise<void> {
    const buffer = new Uint8Array(REQUEST_BUFFER_SIZE);
    let taken = 0;
    let turnEnds = performance.now() + TURN_MS;
    for (;;) {
      const length = this.#device.read(buffer) || (await this.#next(buffer));
      if (length < 0) return;
      if (length === 0) continue;
      this.#accept(buffer.subarray(0, length));
      // Lets an answer that is ready go out before the next request is read.
      if (++taken % TURN === 0 || performance.now() > turnEnds) {
        await nextTurn();
        turnEnds = performance.now() + TURN_MS;
      } else await undefined;
    }
  }

  /** The length of the next message if it comes soon, else 0 once there is one. */
  async #next(buffer: Uint8Array): Promise<number> {
    // What needs nobody else is answered within this turn, and its asker may ask on at once.
    if (this.#underWay.size > 0) await nextTurn();
    if (this.#underWay.size === 0) {
      const turnEnds = performance.now() + TURN_MS;
      let until = performance.now() + SPIN;
      do {
        const length = this.#device.read(buffer);
        if (length !== 0) return length;
        if (this.#handlers.work()) until = Math.min(performance.now() + SPIN, turnEnds);
      } while (performance.now() < until);
    }
    await this.#device.wait();
    return 0;
  }

  #accept(message: Uint8Array): void {
    let request: Request;
    try {
      request = decodeRequest(message);
    } catch (problem) {
      this.#refuseUnreadable(message, problem);
      return;
    }
    if (request.kind === 'forget') this.#handlers.forget(request.forgotten);
    else if (request.kind === 'interrupt') this.#interrupt(request.unique, request.interrupted);
    else this.#start(request);
  }

  /** Somebody waits for its answer, unless it is a FORGET: then the kernel knows of no such request. */
  #refuseUnreadable(message: Uint8Array, problem: unknown): void {
    this.#handlers.problem(`Cannot read a request of the kernel: ${String(problem)}`);
    const unique = uniqueOf(message);
    if (unique !== undefined) this.#device.reply(unique, Errno.EIO, []);
  }

  #start(request: Request): void {
    const { unique } = request;
    // Monitors ask every mount for its free space, all day long.
    if (request.kind !== 'statfs') this.#accesses += 1;
    const call = new Call(this.#device, unique, this.#out);
    if (this.#refusing) {
      call.fail(Errno.EIO);
      return;
    }
    const done = this.#answer(request, call);
    this.#underWay.set(unique, { call, done });
  }

  async #answer(request: Request, call: Call): Promise<void> {
    const { unique } = request;
    try {
      await this.#handlers.answer(request, call);
    } catch (problem) {
      this.#handlers.problem(`Cannot answer a request of the kernel: ${String(problem)}`);
    } finally {
      this.#underWay.get(unique)?.cancelTimer?.();
      this.#underWay.delete(unique);
    }
  }

  /**
   * The asking program got a signal. Most requests are answered within the grace, so that programs with signal
   * handlers do not meet errors that other file systems never give them.
   */
  #interrupt(unique: bigint, interrupted: bigint): void {
    const target = this.#underWay.get(interrupted);
    if (target === undefined) {
      // EAGAIN makes the kernel repeat it if the request exists; it was answered, mostly.
      this.#device.reply(unique, Errno.EAGAIN, []);
      return;
    }
    target.cancelTimer ??= this.#handlers.schedule(() => target.call.abort(Errno.EINTR), INTERRUPT_GRACE);
  }
}
