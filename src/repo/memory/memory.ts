/** Bytes whose owner gives them back. Types, and memory that is its owner's alone; shared-memory.ts is for threads. */

import { freeBuffer } from './free-buffer.ts';

export interface Memory {
  readonly bytes: Uint8Array;
  /** The bytes are somebody else's from now on: no view of them may be used any more. Idempotent. */
  free(): void;
}

/** `bytes` lie within those of `whole`, which they take over. */
export function partOf(whole: Memory, bytes: Uint8Array): Memory {
  return { bytes, free: () => whole.free() };
}

/** Takes over the whole buffer that they lie in. */
export function ownMemory(bytes: Uint8Array): Memory {
  return { bytes, free: () => freeBuffer(bytes.buffer) };
}

/** Not zeroed: whoever asks fills all of it. */
export function allocate(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
