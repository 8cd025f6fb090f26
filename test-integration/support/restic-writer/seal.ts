/**
 * IV, ciphertext, MAC: "Keys, Encryption and MAC" of restic's design document. Written for the tests on its own,
 * without the code that is under test.
 */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { poly1305 } from '@noble/ciphers/_poly1305.js';

/** As `restic cat masterkey` prints it, in base64. */
export interface MasterKey {
  readonly mac: { readonly k: string; readonly r: string };
  readonly encrypt: string;
}

/** `iv` has 16 bytes, not all of them 0. */
export function seal(key: MasterKey, plaintext: Uint8Array, iv: Uint8Array = randomBytes(16)): Buffer {
  const ciphertext = createCipheriv('aes-256-ctr', Buffer.from(key.encrypt, 'base64'), iv).update(plaintext);
  const nonce = createCipheriv('aes-128-ecb', Buffer.from(key.mac.k, 'base64'), null).update(iv);
  const mac = poly1305(ciphertext, Buffer.concat([Buffer.from(key.mac.r, 'base64'), nonce]));
  return Buffer.concat([iv, ciphertext, mac]);
}

/** Compares no MAC: tests know what they have sealed. */
export function unseal(key: MasterKey, sealed: Buffer): Buffer {
  const cipher = createDecipheriv('aes-256-ctr', Buffer.from(key.encrypt, 'base64'), sealed.subarray(0, 16));
  return cipher.update(sealed.subarray(16, -16));
}
