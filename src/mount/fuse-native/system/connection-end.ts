/**
 * Sees when the connection of a mount ends, of which libfuse tells nobody: by a descriptor of our own beside libfuse's,
 * that one poll(2) in libuv's pool waits for.
 */

import fs from 'node:fs';
import { MountError } from '../../errors.ts';
import { errorName, type Libc } from '../../linux-mounts/libc.ts';

const POLLIN = 1;
const POLLERR = 8;

/** struct pollfd in words of 16 bits: descriptor (2), events, returned events. */
const POLL_WORDS = 4;

export class ConnectionEnd {
  /** Resolves when the connection has ended or `wake` was called. Never rejects. */
  readonly ended: Promise<void>;
  readonly #libc: Libc;
  readonly #descriptor: number;
  readonly #wake: number;

  /** `descriptor` stays libfuse's. Throws MountError. */
  constructor(libc: Libc, descriptor: number) {
    this.#libc = libc;
    this.#descriptor = checked(libc.duplicate(descriptor));
    this.#wake = checked(libc.eventfd());
    this.ended = this.#wait();
  }

  /** Waits no longer. */
  wake(): void {
    fs.writeSync(this.#wake, new Uint8Array(8).fill(1));
  }

  /** After `ended`. */
  close(): void {
    fs.closeSync(this.#descriptor);
    fs.closeSync(this.#wake);
  }

  async #wait(): Promise<void> {
    const entries = new Int16Array(2 * POLL_WORDS);
    const descriptors = new Int32Array(entries.buffer);
    descriptors[0] = this.#descriptor;
    descriptors[2] = this.#wake;
    entries[POLL_WORDS + 2] = POLLIN;
    // Errors are told though nothing was asked for.
    do await this.#libc.poll(new Uint8Array(entries.buffer), 2);
    while (((entries[3] ?? 0) & POLLERR) === 0 && entries[POLL_WORDS + 3] === 0);
  }
}

/** The descriptors that this process has of the device. */
export function deviceDescriptors(): number[] {
  const device = fs.statSync('/dev/fuse').rdev;
  return fs
    .readdirSync('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => {
      try {
        const found = fs.fstatSync(descriptor);
        return found.isCharacterDevice() && found.rdev === device;
      } catch {
        // The one that listed them.
        return false;
      }
    });
}

function checked(descriptor: number): number {
  if (descriptor >= 0) return descriptor;
  throw new MountError('failed', `Cannot watch the connection of the mount: ${errorName(descriptor)}`);
}
