/**
 * The few functions of the OpenSSL that Node itself carries and exports, declared for koffi. Knows no format.
 * Signatures: OpenSSL 3 manual pages EVP_MAC(3), EVP_EncryptInit(3).
 */

import type { LibraryHandle } from 'koffi';

/** A C pointer as koffi gives it: 0 is NULL. */
export type Pointer = bigint | null;
/** Bytes that C reads or writes; the length goes beside. */
type Bytes = Uint8Array | null;

export interface OpenSsl {
  readonly macFetch: (library: null, algorithm: string, properties: null) => Pointer;
  readonly macFree: (mac: Pointer) => void;
  readonly macContextNew: (mac: Pointer) => Pointer;
  readonly macContextFree: (context: Pointer) => void;
  readonly macInit: (context: Pointer, key: Bytes, keyBytes: number, parameters: null) => number;
  readonly macUpdate: (context: Pointer, data: Bytes, bytes: number) => number;
  readonly macFinal: (context: Pointer, out: Bytes, written: null, outBytes: number) => number;
  readonly cipherContextNew: () => Pointer;
  readonly cipherContextFree: (context: Pointer) => void;
  readonly aes256Ctr: () => Pointer;
  readonly aes128Ecb: () => Pointer;
  readonly encryptInit: (context: Pointer, cipher: Pointer, engine: null, key: Bytes, iv: Bytes) => number;
  /** `written` is an `int *`: 4 bytes. `out` and `data` may be the same memory. */
  readonly encryptUpdate: (
    context: Pointer,
    out: Bytes,
    written: Bytes,
    data: Bytes,
    bytes: number,
  ) => number;
}

/** Throws where this Node does not carry OpenSSL 3 or does not export it. */
export function bindOpenSsl(library: LibraryHandle): OpenSsl {
  return {
    macFetch: library.func('void *EVP_MAC_fetch(void *, const char *, const char *)'),
    macFree: library.func('void EVP_MAC_free(void *)'),
    macContextNew: library.func('void *EVP_MAC_CTX_new(void *)'),
    macContextFree: library.func('void EVP_MAC_CTX_free(void *)'),
    macInit: library.func('int EVP_MAC_init(void *, const uint8_t *, size_t, void *)'),
    macUpdate: library.func('int EVP_MAC_update(void *, const uint8_t *, size_t)'),
    macFinal: library.func('int EVP_MAC_final(void *, uint8_t *, void *, size_t)'),
    cipherContextNew: library.func('void *EVP_CIPHER_CTX_new()'),
    cipherContextFree: library.func('void EVP_CIPHER_CTX_free(void *)'),
    aes256Ctr: library.func('void *EVP_aes_256_ctr()'),
    aes128Ecb: library.func('void *EVP_aes_128_ecb()'),
    encryptInit: library.func(
      'int EVP_EncryptInit_ex(void *, void *, void *, const uint8_t *, const uint8_t *)',
    ),
    encryptUpdate: library.func('int EVP_EncryptUpdate(void *, uint8_t *, uint8_t *, const uint8_t *, int)'),
  };
}
