/**
 * The ids of blobs that are at hand at the same time. Types, and the implementation that runs everywhere: one after the
 * other. lanes.ts does two at once.
 */

import { hash } from 'node:crypto';

export type Sha256Name = 'lanes' | 'single';

/** For one thread. */
export interface Sha256 {
  readonly implementation: Sha256Name;

  /**
   * Takes a message, which must not change until `done` is told its digest, 64 hex digits: in this call or in a later
   * one. `done` must not throw, nor call either method.
   */
  add(message: Uint8Array, done: (digest: string) => void): void;

  /** Goes on a little with what was taken, at most as far as something of it is done. False if nothing is left. */
  goOn(): boolean;
}

export interface Sha256Factory {
  readonly implementation: Sha256Name;
  create(): Sha256;
}

export const singleSha256: Sha256Factory = {
  implementation: 'single',
  create: () => ({
    implementation: 'single',
    add: (message, done) => done(hash('sha256', message, 'hex')),
    goOn: () => false,
  }),
};
