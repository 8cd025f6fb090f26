/**
 * Gives memory back at once. The garbage collector lets some 64 MiB of buffers pile up in each thread before it
 * looks for those that nobody uses; what is known to be done with need not wait for it.
 */

import { MessageChannel } from 'node:worker_threads';

/** Below this, the collector is cheaper. */
const WORTH_BYTES = 32 * 1024;

/** A port that nobody listens to: what moves there is gone, and its memory with it. */
const nowhere = closedPort();

/**
 * Detaches `buffer`: every view of it becomes empty. The caller knows that nobody uses any of them. Memory that threads
 * share stays as it is.
 */
export function freeBuffer(buffer: ArrayBufferLike): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= WORTH_BYTES) nowhere.postMessage(null, [buffer]);
}

/** The same for what may be a part of a larger buffer, which is left to the collector then. */
export function freeWhole({ buffer, byteLength }: Uint8Array): void {
  if (byteLength === buffer.byteLength) freeBuffer(buffer);
}

function closedPort(): MessageChannel['port1'] {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}
