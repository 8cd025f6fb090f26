/**
 * The requests of one mount that wait for their answer. Each is answered exactly once: a thread of libfuse, and a
 * program behind it, wait for as long as it is not.
 */

import { constants } from 'node:os';
import { type Addon, type Handler, OPERATIONS, type Signal, type Waiting } from './addon.ts';
import { Call } from './call.ts';
import type { OperationContext } from './operations/context.ts';
import { answer } from './operations/dispatch.ts';
import { BLANK_ANSWERS, type OperationName, type Requests } from './operations/requests.ts';

export class RequestTable {
  readonly #underWay = new Map<Call, Promise<void>>();
  /** Let go at the end: fuse-native holds the handlers, and through them this table, for good. */
  #context: OperationContext | undefined;
  #accesses = 0;
  #isReady: () => void = () => {};
  /** Resolves when the kernel and libfuse have agreed: the mount serves. */
  readonly ready: Promise<void>;

  constructor(context: OperationContext) {
    this.#context = context;
    this.ready = new Promise((resolve) => {
      this.#isReady = resolve;
    });
  }

  /** Requests so far by which a program wants to know something of a file. */
  get accesses(): number {
    return this.#accesses;
  }

  /** Requests that wait now. */
  get waiting(): number {
    return this.#underWay.size;
  }

  /** What fuse-native takes: a handler for each operation, and which there are. */
  handlers(addon: Addon): { handlers: (Handler | undefined)[]; implemented: Uint32Array } {
    const handlers = new Array<Handler | undefined>(OPERATIONS).fill(undefined);
    const implemented = new Uint32Array(OPERATIONS);
    const set = (name: string, handler: Handler): void => {
      const operation = addon[`op_${name}`] as number;
      handlers[operation] = handler;
      implemented[operation] = 1;
    };
    set('init', (waiting) => {
      (addon.fuse_native_signal_init as Signal)(waiting, 0);
      this.#isReady();
    });
    for (const name of Object.keys(BLANK_ANSWERS) as OperationName[]) {
      const signal = addon[`fuse_native_signal_${name}`] as Signal;
      set(name, (waiting, _operation, ...details) => {
        this.#accept(name, details as Requests[typeof name], waiting, signal);
      });
    }
    return { handlers, implemented };
  }

  /** From now on each request is answered EIO, and so are those under way. */
  refuse(): void {
    this.#context = undefined;
    for (const call of this.#underWay.keys()) call.abort(constants.errno.EIO);
  }

  /** Resolves when nothing is under way any more. Only after `refuse`. */
  async drain(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  #accept<Name extends OperationName>(
    name: Name,
    details: Requests[Name],
    waiting: Waiting,
    signal: Signal,
  ): void {
    // Monitors ask every mount for its free space, all day long.
    if (name !== 'statfs') this.#accesses += 1;
    const call = new Call({
      blank: BLANK_ANSWERS[name](details),
      answer: (result, made) => signal(waiting, result, ...made),
    });
    if (this.#context === undefined) {
      call.fail(constants.errno.EIO);
      return;
    }
    const done = answer(name, this.#context, call, details).finally(() => this.#underWay.delete(call));
    this.#underWay.set(call, done);
  }
}
