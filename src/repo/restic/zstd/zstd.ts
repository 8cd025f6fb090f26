/** Zstandard decompression as restic needs it: whole frames in memory. Types only. */

export type ZstdName = 'libzstd' | 'zlib' | 'wasm';

/** For one thread; it may keep a work area between calls. */
export interface Zstd {
  readonly implementation: ZstdName;

  /**
   * All frames of `source`. `limit` is the most bytes that the result may have: nothing larger is ever allocated,
   * whatever a frame says of itself. The result owns its ArrayBuffer from first to last byte.
   * Throws DecodeError `damaged`.
   */
  decompress(source: Uint8Array<ArrayBuffer>, limit: number): Uint8Array<ArrayBuffer>;

  /** Frees the work area. Idempotent; `decompress` may not be called afterwards. */
  dispose(): void;
}

export interface ZstdFactory {
  readonly implementation: ZstdName;
  create(): Zstd;
}
