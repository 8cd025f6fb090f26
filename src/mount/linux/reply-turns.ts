/**
 * Spreads replies over turns of the event loop. Many requests may wait for the same bytes, and the kernel copies each
 * reply within our write(2): sent one after the other they would hold up everything else meanwhile.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';

/** Copied in half a millisecond, in 10 where the kernel is short of memory. */
const BYTES_A_TURN = 2 * 1024 * 1024;

export class ReplyTurns {
  #left = BYTES_A_TURN;

  /** Resolves in a turn that has room for so many bytes, or for anything at all; in the order of the calls. */
  async take(bytes: number): Promise<void> {
    while (this.#left <= 0) await nextTurn();
    // Before those of whoever waits by then: they find room.
    if (this.#left === BYTES_A_TURN) setImmediate(() => this.#renew());
    this.#left -= bytes;
  }

  #renew(): void {
    this.#left = BYTES_A_TURN;
  }
}
