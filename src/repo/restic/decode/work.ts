/**
 * How much work a job is, in bytes of plain blob: enough to tell what is too small for another thread.
 * Ratios and the cost of a hop were measured by scripts/bench/decode.mjs.
 */

export const HOP_WORK = 32 * 1024;

/** Decrypting and hashing, and twice that for what is decompressed too. */
export function blobWork(sealedLength: number, uncompressedLength: number): number {
  return sealedLength + 2 * uncompressedLength;
}

/** A blob that is parsed as well. */
export function documentWork(sealedLength: number, uncompressedLength: number): number {
  return sealedLength + 8 * Math.max(sealedLength, uncompressedLength);
}
