/**
 * How much work a job is, in bytes of plain blob: enough to tell what is too small for another thread.
 * Ratios and the cost of a hop were measured by scripts/bench/decode.mjs.
 */

import type { SuiteName } from '../crypto/cipher-suite.ts';

/**
 * Below this a job stays on the calling thread. A hop takes about 12 microseconds of it, but whoever waits waits
 * 60 to 400 until both threads have been woken; the OpenSSL suite decodes this much in 100. The portable suite
 * takes eight times as long.
 */
export function hopWork(suite: SuiteName): number {
  return suite === 'native' ? 128 * 1024 : 16 * 1024;
}

/**
 * Of several blobs that nobody waits for yet, those below this stay on the calling thread, which decodes one in 25
 * microseconds while the asking program is busy with what it got before.
 */
export function laterWork(suite: SuiteName): number {
  return hopWork(suite) / 4;
}

/** Decrypting and hashing; decompressing costs as much again as the bytes that come out. */
export function blobWork(sealedLength: number, uncompressedLength: number): number {
  return sealedLength + 2 * uncompressedLength;
}

/** A blob that is parsed as well, at about an eighth of the speed. */
export function documentWork(sealedLength: number, uncompressedLength: number): number {
  return sealedLength + 8 * Math.max(sealedLength, uncompressedLength);
}
