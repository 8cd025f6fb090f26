/**
 * Zstandard in WebAssembly, for where nothing faster is: one copy in, one copy out. Its memory never shrinks
 * again, so results are bounded more tightly than elsewhere.
 */

import { DecodeError } from '../decode/decode-error.ts';
import { outputCapacity } from './output-capacity.ts';
import { copyWhole, type Zstd, type ZstdFactory } from './zstd.ts';

/** The module ignores failing allocations, so none must fail: far below the 2 GiB that it can have. */
const MOST_BYTES = 512 * 2 ** 20;

interface Decoder {
  /** Returns an empty array for data that cannot be decompressed. */
  decode(source: Uint8Array, capacity: number): Uint8Array;
}

export async function loadWasmZstd(): Promise<ZstdFactory> {
  const { ZSTDDecoder } = await import('zstddec');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return { implementation: 'wasm', create: () => new WasmZstd(decoder) };
}

class WasmZstd implements Zstd {
  readonly implementation = 'wasm';
  readonly #decoder: Decoder;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  decompress(source: Uint8Array, limit: number): Uint8Array<ArrayBuffer> {
    const capacity = outputCapacity(source, limit);
    if (capacity === 0) return new Uint8Array(0);
    if (capacity + source.length > MOST_BYTES) {
      throw new DecodeError('unsupported', `it needs more than ${MOST_BYTES} bytes to be decompressed`);
    }
    const result = this.#decode(source, capacity);
    if (result.length === 0) throw new DecodeError('damaged', 'it cannot be decompressed');
    return new Uint8Array(result.buffer as ArrayBuffer);
  }

  decompressInto(source: Uint8Array, out: Uint8Array): void {
    copyWhole(this.decompress(source, out.length), out);
  }

  dispose(): void {
    // The module is shared by all that this thread makes.
  }

  #decode(source: Uint8Array, capacity: number): Uint8Array {
    try {
      return this.#decoder.decode(source, capacity);
    } catch (error) {
      throw new DecodeError('damaged', 'it cannot be decompressed', { cause: error });
    }
  }
}
