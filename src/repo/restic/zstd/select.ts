/** Chooses how this process decompresses: libzstd, else node:zlib, else WebAssembly. Asked once, at the start. */

import { loadLibzstd } from './libzstd.ts';
import { loadWasmZstd } from './wasm-zstd.ts';
import { zlibZstd } from './zlib-zstd.ts';
import type { ZstdFactory, ZstdName } from './zstd.ts';

let chosen: Promise<ZstdFactory> | undefined;

/** Decided at the first call; SNAPMOUNT_CRYPTO=portable rules out native code here too. */
export function chooseZstd(): Promise<ZstdFactory> {
  chosen ??= selectZstd(process.env.SNAPMOUNT_CRYPTO !== 'portable');
  return chosen;
}

/** `native` says whether libraries may be called through koffi. */
export async function selectZstd(native: boolean): Promise<ZstdFactory> {
  if (native) {
    try {
      return await loadLibzstd();
    } catch {
      // No koffi or no library: the others do the same, slower.
    }
  }
  return zlibZstd() ?? (await loadWasmZstd());
}

/** The implementation that was selected before, for another thread of the same process. */
export async function loadZstd(name: ZstdName): Promise<ZstdFactory> {
  if (name === 'libzstd') return await loadLibzstd();
  if (name === 'wasm') return await loadWasmZstd();
  const zlib = zlibZstd();
  if (zlib === undefined) throw new Error('This Node has no zstd in node:zlib');
  return zlib;
}
