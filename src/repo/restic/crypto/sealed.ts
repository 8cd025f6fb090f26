/** The frame around every encrypted piece of a repository: IV || ciphertext || MAC. Knows no cipher. */

import { timingSafeEqual } from 'node:crypto';
import { DecodeError } from '../decode/decode-error.ts';

export const IV_BYTES = 16;
export const MAC_BYTES = 16;
/** How much longer the sealed bytes are than the plain ones. */
export const OVERHEAD_BYTES = IV_BYTES + MAC_BYTES;
/** OpenSSL takes lengths as C `int`. No restic pack comes near. */
export const MOST_SEALED_BYTES = 0x7fff_ffff;

/** Where the plain bytes are once they have been decrypted in place. */
export function plainPart<Buffer extends ArrayBufferLike>(sealed: Uint8Array<Buffer>): Uint8Array<Buffer> {
  return sealed.subarray(IV_BYTES, -MAC_BYTES);
}

/** Throws DecodeError where no MAC has to be computed to see that the bytes are not authentic. */
export function assertPlausible(sealed: Uint8Array): void {
  if (sealed.length < OVERHEAD_BYTES) {
    throw new DecodeError(
      'damaged',
      `it has ${sealed.length} bytes, fewer than its frame of ${OVERHEAD_BYTES}`,
    );
  }
  if (sealed.length > MOST_SEALED_BYTES) {
    throw new DecodeError('unsupported', `it has ${sealed.length} bytes, more than ${MOST_SEALED_BYTES}`);
  }
  // restic never writes this nonce and refuses it: a hole of zeros must not reach the ciphers.
  for (let at = 0; at < IV_BYTES; at++) if (sealed[at] !== 0) return;
  throw new DecodeError('damaged', 'its nonce is all zeros');
}

/** Compares in constant time the MAC that `sealed` ends with to the one that it should have. */
export function assertAuthentic(sealed: Uint8Array, mac: Uint8Array): void {
  if (!timingSafeEqual(sealed.subarray(-MAC_BYTES), mac)) {
    throw new DecodeError('damaged', 'its bytes are not authentic (the MAC does not match)');
  }
}
