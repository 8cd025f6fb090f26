/**
 * A WinFsp in memory, for tests on any system: as strict as the driver of Windows is where that would hang or crash, and
 * stricter where it would only go wrong. What is done wrong is kept in `violations`.
 */

import type { Volume, VolumeEvents, WinFsp } from '../winfsp.ts';
import { RequestKind } from '../wire/constants.ts';
import { NtStatus, StatusError } from '../wire/nt-status.ts';
import type { Answer, VolumeDevice } from './volume-client.ts';

/** A token that nobody has. */
export const STRANGER = 0x7fff_fff0;

interface Waiting {
  readonly kind: number;
  readonly address: bigint;
  /** The asker's buffer, mapped until the answer. */
  readonly room: Buffer;
  readonly answer: (answer: Answer) => void;
}

export type Phase = 'made' | 'dispatching' | 'mounted' | 'unmounted' | 'stopped' | 'deleted';

export class FakeWinFsp implements WinFsp, VolumeDevice {
  version = { major: 2, minor: 2 };
  /** What the steps answer, by name; success where none is given. */
  readonly statuses: { preflight?: number; dispatcher?: number; mountpoint?: number } = {};
  /** Tokens that the security refuses. */
  readonly strangers = new Set<number>([STRANGER]);
  /** By their numbers. */
  readonly processNames = new Map<number, string>();
  readonly violations: string[] = [];
  /** In the order of calls. */
  readonly steps: string[] = [];
  readonly descriptor = Buffer.from('descriptor');
  parameters: Uint8Array | undefined;
  sharedWithOthers: boolean | undefined;
  phase: Phase = 'made';
  /** Responses sent. */
  answered = 0;
  /** Once set, responses cannot be sent, until it is taken back. */
  sendFailure: Error | undefined;
  readonly #waiting = new Map<bigint, Waiting>();
  #events: VolumeEvents | undefined;
  #lastHint = 0xffff_ffff_0000_0000n;
  #lastAddress = 0x7fff_0000_0000n;

  /** Hints that wait for a response now. */
  get unanswered(): number {
    return this.#waiting.size;
  }

  async preflight(mountpoint: string): Promise<number> {
    this.steps.push(`preflight ${mountpoint}`);
    return this.statuses.preflight ?? 0;
  }

  createSecurity(allowOther: boolean): ReturnType<WinFsp['createSecurity']> {
    this.sharedWithOthers = allowOther;
    return {
      descriptor: this.descriptor,
      check: (token, desiredAccess) => {
        if (this.strangers.has(token)) throw new StatusError(NtStatus.AccessDenied);
        const isMaximum = (desiredAccess & 0x200_0000) !== 0;
        return isMaximum ? 0x1f_01ff : desiredAccess;
      },
      close: () => this.steps.push('close security'),
    };
  }

  async processName(pid: number): Promise<string | undefined> {
    return this.processNames.get(pid);
  }

  createVolume(parameters: Uint8Array, events: VolumeEvents): Volume {
    this.parameters = parameters;
    this.#events = events;
    return {
      startDispatcher: (threads) => {
        this.steps.push(`dispatch ${threads}`);
        this.phase = 'dispatching';
        return this.statuses.dispatcher ?? 0;
      },
      setMountpoint: async (mountpoint) => {
        this.steps.push(`mount ${mountpoint}`);
        this.phase = 'mounted';
        return this.statuses.mountpoint ?? 0;
      },
      mountpoint: () => 'X:',
      sendResponse: (response) => this.#answer(Buffer.from(response)),
      write: (address, bytes) => this.#write(address, bytes),
      removeMountpoint: async () => {
        this.steps.push('unmount');
        this.phase = 'unmounted';
      },
      stopDispatcher: async () => {
        this.steps.push('stop');
        if (this.#waiting.size > 0) this.violations.push(`stopped with ${this.#waiting.size} unanswered`);
        this.phase = 'stopped';
        events.stopped(true);
      },
      delete: async () => {
        this.steps.push('delete');
        if (this.phase !== 'stopped') this.violations.push('deleted before it was stopped');
        this.phase = 'deleted';
      },
    };
  }

  /** The driver of Windows goes away. */
  breakDown(): void {
    this.#events?.stopped(false);
  }

  async transact(request: Buffer, room: number): Promise<Answer> {
    const hint = ++this.#lastHint;
    request.writeBigUInt64LE(hint, 8);
    return this.transactAs(hint, request, room);
  }

  /** With a hint that may be in use. */
  transactAs(hint: bigint, request: Buffer, room: number): Promise<Answer> {
    const kind = request.readUInt32LE(4);
    this.#lastAddress += 0x10_0000n;
    const address = this.#lastAddress;
    request.writeBigUInt64LE(hint, 8);
    // Reads and listings have the address at one place.
    if (room > 0) request.writeBigUInt64LE(address, 32);
    return new Promise((resolve) => {
      if (!this.#waiting.has(hint)) {
        this.#waiting.set(hint, { kind, address, room: Buffer.alloc(room), answer: resolve });
      }
      const status = this.#ownAnswer(kind) ?? this.#events!.take(request);
      // WinFsp's thread uses the memory for the next request.
      request.fill(0xdd);
      if (status >>> 0 === NtStatus.Pending) return;
      const response = Buffer.alloc(128);
      response.writeUInt16LE(128, 2);
      response.writeUInt32LE(kind, 4);
      response.writeBigUInt64LE(hint, 8);
      response.writeInt32LE(status | 0, 20);
      this.#hand(response);
    });
  }

  /** The status of what Windows does not hand on. */
  #ownAnswer(kind: number): number | undefined {
    if (this.phase === 'stopped' || this.phase === 'deleted') return NtStatus.Cancelled;
    const parameters = Buffer.from(this.parameters ?? []);
    // PostCleanupWhenModifiedOnly: a volume can be made so that nothing is said of handles that are closed.
    const isSilent = parameters.length > 0 && (parameters.readUInt32LE(36) & 0x400) !== 0;
    return isSilent && kind === RequestKind.Cleanup ? NtStatus.Success : undefined;
  }

  #answer(response: Buffer): void {
    if (this.sendFailure !== undefined) throw this.sendFailure;
    if (this.phase === 'deleted') this.violations.push('a response after the end');
    const size = response.readUInt16LE(2);
    if (size % 8 !== 0 || size < 128 || size !== response.length || size > 16_384) {
      this.violations.push(`a response of ${size} in ${response.length} bytes`);
    }
    const hint = response.readBigUInt64LE(8);
    const waiting = this.#waiting.get(hint);
    if (waiting === undefined) {
      this.violations.push(`a response to the hint ${hint}, which does not wait`);
      return;
    }
    if (waiting.kind !== response.readUInt32LE(4)) this.violations.push('a response of another kind');
    this.#hand(response);
  }

  /** To whoever asked, by Windows itself or for the driver. */
  #hand(response: Buffer): void {
    const hint = response.readBigUInt64LE(8);
    const waiting = this.#waiting.get(hint);
    this.#waiting.delete(hint);
    this.answered++;
    waiting?.answer({ response, data: waiting.room });
  }

  #write(address: bigint, bytes: Uint8Array): void {
    for (const waiting of this.#waiting.values()) {
      const offset = address - waiting.address;
      if (offset < 0n || offset + BigInt(bytes.length) > BigInt(waiting.room.length)) continue;
      waiting.room.set(bytes, Number(offset));
      return;
    }
    if (bytes.length > 0) this.violations.push(`${bytes.length} bytes to memory that is not mapped`);
  }
}
