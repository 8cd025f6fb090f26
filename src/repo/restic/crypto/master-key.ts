/**
 * The secrets that a repository's files are sealed with (restic's design document, "Keys, Encryption and MAC").
 * Holds no cipher and knows no key file.
 */

export interface MasterKey {
  /** AES-256 key, 32 bytes. */
  readonly encrypt: Uint8Array;
  /** AES-128 key that makes the one-time part of the Poly1305 key, 16 bytes. */
  readonly macK: Uint8Array;
  /** The fixed part of the Poly1305 key, 16 bytes, masked or not. */
  readonly macR: Uint8Array;
}

export const ENCRYPT_KEY_BYTES = 32;
export const MAC_K_BYTES = 16;
export const MAC_R_BYTES = 16;

export function copyMasterKey({ encrypt, macK, macR }: MasterKey): MasterKey {
  // Not slice(): a Buffer's shares its memory, and wiping the copy would wipe the key.
  return { encrypt: new Uint8Array(encrypt), macK: new Uint8Array(macK), macR: new Uint8Array(macR) };
}

/** Overwrites the secrets. What was made from the key before (suites, threads) goes on working. */
export function wipeMasterKey(key: MasterKey): void {
  key.encrypt.fill(0);
  key.macK.fill(0);
  key.macR.fill(0);
}
