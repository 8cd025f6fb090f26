/**
 * libzstd through koffi: the one that Node itself exports (Node 24 on Linux), else the system's. koffi is an
 * optional dependency and is asked for when the library is.
 */

import type { LibraryHandle } from 'koffi';
import { allocate } from '../../memory/memory.ts';
import { DecodeError } from '../decode/decode-error.ts';
import { outputCapacity } from './output-capacity.ts';
import { assertLength, type Zstd, type ZstdFactory } from './zstd.ts';

/** `null` is the running program itself. The others are looked for where the system has its libraries. */
const LIBRARIES: readonly (string | null)[] =
  process.platform === 'win32'
    ? [null]
    : process.platform === 'darwin'
      ? [null, 'libzstd.1.dylib']
      : [null, 'libzstd.so.1'];

/** Rejects where koffi is not installed or no libzstd is found. */
export async function loadLibzstd(): Promise<ZstdFactory> {
  const koffi = await import('koffi');
  const failures: unknown[] = [];
  for (const name of LIBRARIES) {
    try {
      const bindings = bind(koffi.load(name));
      return { implementation: 'libzstd', create: () => new Libzstd(bindings) };
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, 'No libzstd was found');
}

type Pointer = bigint | null;

/** https://facebook.github.io/zstd/zstd_manual.html, chapters 3 and 4. */
interface Bindings {
  readonly createContext: () => Pointer;
  readonly freeContext: (context: Pointer) => number;
  /** Returns the bytes written, or an error code that isError() knows: koffi makes it a bigint then. */
  readonly decompress: (
    context: Pointer,
    out: Uint8Array,
    outBytes: number,
    source: Uint8Array,
    sourceBytes: number,
  ) => number | bigint;
  readonly isError: (code: number | bigint) => number;
  readonly errorName: (code: number | bigint) => string;
}

function bind(library: LibraryHandle): Bindings {
  return {
    createContext: library.func('void *ZSTD_createDCtx()'),
    freeContext: library.func('size_t ZSTD_freeDCtx(void *)'),
    decompress: library.func(
      'size_t ZSTD_decompressDCtx(void *, uint8_t *, size_t, const uint8_t *, size_t)',
    ),
    isError: library.func('unsigned int ZSTD_isError(size_t)'),
    errorName: library.func('const char *ZSTD_getErrorName(size_t)'),
  };
}

class Libzstd implements Zstd {
  readonly implementation = 'libzstd';
  readonly #bindings: Bindings;
  #context: Pointer;

  constructor(bindings: Bindings) {
    this.#bindings = bindings;
    this.#context = bindings.createContext();
    if (!this.#context) throw new Error('libzstd cannot make a decompression context');
  }

  decompress(source: Uint8Array, limit: number): Uint8Array<ArrayBuffer> {
    const out = allocate(outputCapacity(source, limit));
    const written = this.#decompress(source, out);
    // What was not written is cut off before anyone sees it.
    return written === out.length ? out : out.slice(0, written);
  }

  decompressInto(source: Uint8Array, out: Uint8Array): void {
    assertLength(this.#decompress(source, out), out.length);
  }

  #decompress(source: Uint8Array, out: Uint8Array): number {
    if (!this.#context) throw new Error('The zstd context was disposed');
    const { decompress, isError, errorName } = this.#bindings;
    const written = decompress(this.#context, out, out.length, source, source.length);
    if (isError(written)) {
      throw new DecodeError('damaged', `it cannot be decompressed (${errorName(written)})`);
    }
    return Number(written);
  }

  dispose(): void {
    // libzstd frees NULL as C's free() does.
    this.#bindings.freeContext(this.#context);
    this.#context = null;
  }
}
