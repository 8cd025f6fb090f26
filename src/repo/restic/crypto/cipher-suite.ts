/**
 * AES-256-CTR with Poly1305-AES as restic puts them together. Types only: openssl-suite.ts is fast,
 * portable-suite.ts runs everywhere, select.ts chooses.
 */

import type { MasterKey } from './master-key.ts';

export type SuiteName = 'native' | 'portable';

/** Bound to one key and one thread. */
export interface CipherSuite {
  readonly implementation: SuiteName;

  /**
   * Verifies IV || ciphertext || MAC, only then decrypts in place, and returns the view of the plaintext in the
   * same memory. Throws DecodeError `damaged` where the bytes are not authentic, and has changed nothing then.
   */
  open<Buffer extends ArrayBufferLike>(sealed: Uint8Array<Buffer>): Uint8Array<Buffer>;

  /** IV || ciphertext || MAC in memory of its own, with a fresh random IV. */
  seal(plaintext: Uint8Array): Uint8Array<ArrayBuffer>;

  /** Forgets the key. Idempotent; the other methods throw afterwards. */
  dispose(): void;
}

export interface SuiteFactory {
  readonly implementation: SuiteName;
  /** Copies what it needs of the key. */
  create(key: MasterKey): CipherSuite;
}
