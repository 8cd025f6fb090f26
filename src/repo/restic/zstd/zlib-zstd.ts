/** Zstandard from node:zlib, which has it from Node 22.15 on. */

import * as zlib from 'node:zlib';
import { DecodeError } from '../decode/decode-error.ts';
import { outputCapacity } from './output-capacity.ts';
import { copyWhole, type Zstd, type ZstdFactory } from './zstd.ts';

type Decompress = (source: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

/** Undefined where this Node has none. */
export function zlibZstd(): ZstdFactory | undefined {
  // Not in the types of the oldest Node that is supported.
  const found: unknown = Reflect.get(zlib, 'zstdDecompressSync');
  if (typeof found !== 'function') return undefined;
  const decompress = found as Decompress;
  return { implementation: 'zlib', create: () => new ZlibZstd(decompress) };
}

class ZlibZstd implements Zstd {
  readonly implementation = 'zlib';
  readonly #decompress: Decompress;

  constructor(decompress: Decompress) {
    this.#decompress = decompress;
  }

  decompress(source: Uint8Array, limit: number): Uint8Array<ArrayBuffer> {
    const capacity = outputCapacity(source, limit);
    if (capacity === 0) return new Uint8Array(0);
    try {
      return owning(this.#decompress(source, { maxOutputLength: capacity }));
    } catch (error) {
      throw new DecodeError('damaged', 'it cannot be decompressed', { cause: error });
    }
  }

  decompressInto(source: Uint8Array, out: Uint8Array): void {
    copyWhole(this.decompress(source, out.length), out);
  }

  dispose(): void {
    // Nothing is kept between calls.
  }
}

/** node:zlib may answer with a part of a larger buffer. */
function owning(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const whole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return whole ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
