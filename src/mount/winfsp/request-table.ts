/**
 * The requests that wait for a response. WinFsp's driver never gives up on a request that it has handed over, and a
 * program that waits for a lost one cannot even be killed: so each is answered, once, whatever the operation does.
 */

import { Call, type Channel } from './call.ts';
import { NtStatus, statusOf } from './wire/nt-status.ts';
import {
  decodeHeader,
  decodeRequest,
  MAX_REQUEST_BYTES,
  REQUEST_HEADER_BYTES,
  type Request,
  type RequestHeader,
} from './wire/request.ts';
import { ResponseWriter } from './wire/response.ts';

export interface RequestTableOptions {
  /** Answers the call, or throws what becomes a status. */
  readonly answer: (request: Request, call: Call) => Promise<void> | void;
  /** A failure of ours, in one line. */
  readonly problem: (line: string) => void;
}

/** What is answered once the mount ends: those who have files open may still close and read them. */
type State = 'serving' | 'ending' | 'over';

export class RequestTable {
  readonly #channel: Channel;
  readonly #options: RequestTableOptions;
  readonly #calls = new Map<bigint, Call>();
  readonly #out = new ResponseWriter();
  #state: State = 'serving';
  #accesses = 0;
  #emptied: (() => void) | undefined;

  constructor(channel: Channel, options: RequestTableOptions) {
    this.#channel = channel;
    this.#options = options;
  }

  /** Requests that programs made so far, but for those that ask for free space or close something. */
  get accesses(): number {
    return this.#accesses;
  }

  /** How many wait now. */
  get pending(): number {
    return this.#calls.size;
  }

  /**
   * Takes one request over: for VolumeEvents.take. From the moment that it is in the table the answer is Pending, come
   * what may; before that, the status returned is its answer.
   */
  take(bytes: Uint8Array): number {
    let header: RequestHeader;
    let request: Request;
    try {
      header = decodeHeader(bytes);
      if (this.#state === 'over') return NtStatus.VolumeDismounted;
      if (header.size < REQUEST_HEADER_BYTES || header.size > MAX_REQUEST_BYTES) {
        return NtStatus.InvalidParameter;
      }
      request = decodeRequest(bytes.subarray(0, header.size));
    } catch (problem) {
      return statusOf(problem) ?? NtStatus.InternalError;
    }
    if (this.#state === 'ending' && request.kind === 'create') return NtStatus.VolumeDismounted;
    if (this.#calls.has(header.hint)) {
      // Its first request gets the answer.
      this.#options.problem(`WinFsp asked twice with the hint ${header.hint}`);
      return NtStatus.Pending;
    }
    if (isAccess(request)) this.#accesses++;
    const call = new Call(this.#channel, header, this.#out);
    this.#calls.set(header.hint, call);
    void this.#serve(request, header.hint, call);
    return NtStatus.Pending;
  }

  /** From now on nothing is opened. */
  refuse(): void {
    if (this.#state === 'serving') this.#state = 'ending';
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    if (this.#calls.size === 0) return;
    await new Promise<void>((resolve) => {
      const before = this.#emptied;
      this.#emptied = () => {
        before?.();
        resolve();
      };
    });
  }

  /** Answers what waits, and whatever else will come, with failures. No asker's memory is touched after this. */
  end(): void {
    this.#state = 'over';
    for (const call of this.#calls.values()) {
      try {
        call.abort(NtStatus.Cancelled);
      } catch (problem) {
        this.#report('A request that was cancelled', problem);
      }
    }
  }

  /** Never rejects. */
  async #serve(request: Request, hint: bigint, call: Call): Promise<void> {
    try {
      await this.#options.answer(request, call);
    } catch (problem) {
      this.#fail(call, request, problem);
    } finally {
      if (!call.answered) this.#answerForgotten(call, request);
      this.#calls.delete(hint);
      if (this.#calls.size === 0) {
        this.#emptied?.();
        this.#emptied = undefined;
      }
    }
  }

  #fail(call: Call, request: Request, problem: unknown): void {
    // What an aborted operation rejects with has been answered.
    if (call.aborted) return;
    const status = statusOf(problem);
    if (status === undefined || call.answered) this.#report(`Answering "${request.kind}"`, problem);
    try {
      call.fail(status ?? NtStatus.InternalError);
    } catch (cause) {
      this.#report(`The answer to "${request.kind}"`, cause);
    }
  }

  #answerForgotten(call: Call, request: Request): void {
    try {
      call.fail(NtStatus.InternalError);
    } catch (problem) {
      this.#report(`The answer to "${request.kind}" cannot be given, and whoever waits for it`, problem);
    }
  }

  #report(what: string, problem: unknown): void {
    const reason = problem instanceof Error ? problem.message : String(problem);
    this.#options.problem(`${what} failed unexpectedly: ${reason}`);
  }
}

function isAccess({ kind }: Request): boolean {
  return kind !== 'query-volume' && kind !== 'close' && kind !== 'cleanup';
}
