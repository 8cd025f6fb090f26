/**
 * The functions of the OpenSSL that Node carries by which two messages are hashed at once, declared for koffi.
 *
 * SHA256_Update and SHA256_Final are its documented interface (SHA256_Init(3)), with the context of openssl/sha.h.
 * sha256_multi_block is not: TLS uses it inside the library (crypto/sha/asm/sha256-mb-x86_64.pl). It has been the same
 * since OpenSSL 1.0.2, nothing says that it stays so, and only some builds of Node export it: see select.ts.
 */

import type { LibraryHandle } from 'koffi';

export interface MultiBlock {
  /**
   * Takes `pieces` into `states`, in groups of four lanes. States are 8 rows of 8 words, a lane a column; pieces are
   * pairs of 64 bits, an address and how many blocks of 64 bytes are there. A lane without blocks stays as it is.
   */
  readonly advance: (states: Uint32Array, pieces: BigUint64Array, groups: number) => void;
  readonly update: (context: Uint32Array, data: Uint8Array, bytes: number) => number;
  readonly final: (digest: Uint8Array, context: Uint32Array) => number;
  readonly addressOf: (bytes: Uint8Array) => bigint;
}

/** Throws where one of them is missing. */
export function bindMultiBlock(library: LibraryHandle, addressOf: MultiBlock['addressOf']): MultiBlock {
  return {
    advance: library.func('void sha256_multi_block(void *, const void *, int)'),
    update: library.func('int SHA256_Update(void *, const uint8_t *, size_t)'),
    final: library.func('int SHA256_Final(uint8_t *, void *)'),
    addressOf,
  };
}
