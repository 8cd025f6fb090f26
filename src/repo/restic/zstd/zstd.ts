/** Zstandard decompression as restic needs it: whole frames in memory. Types, and what every implementation refuses. */

import { DecodeError } from '../decode/decode-error.ts';

export type ZstdName = 'libzstd' | 'zlib' | 'wasm';

/** For one thread; it may keep a work area between calls. */
export interface Zstd {
  readonly implementation: ZstdName;

  /**
   * All frames of `source`. `limit` is the most bytes that the result may have: nothing larger is ever allocated,
   * whatever a frame says of itself. The result owns its ArrayBuffer from first to last byte.
   * Throws DecodeError `damaged`.
   */
  decompress(source: Uint8Array, limit: number): Uint8Array<ArrayBuffer>;

  /**
   * All frames of `source`, which must be exactly as long as `out`, in whatever memory. Throws DecodeError `damaged`, and
   * what `out` holds means nothing then.
   */
  decompressInto(source: Uint8Array, out: Uint8Array): void;

  /** Frees the work area. Idempotent; `decompress` may not be called afterwards. */
  dispose(): void;
}

export interface ZstdFactory {
  readonly implementation: ZstdName;
  create(): Zstd;
}

/** Throws DecodeError where a blob is not as long as the index says. */
export function assertLength(found: number, expected: number): void {
  if (found === expected) return;
  throw new DecodeError('damaged', `it holds ${found} bytes where the index says ${expected}`);
}

/** For implementations that cannot write where they are told to. Throws as assertLength() does. */
export function copyWhole(plain: Uint8Array, out: Uint8Array): void {
  assertLength(plain.length, out.length);
  out.set(plain);
}
