/** A file's bytes into an output: the next part is read while the last one is being written. */

import { setMaxListeners } from 'node:events';
import type { OpenFile } from '../mount/node.ts';
import type { Output } from './output.ts';

/** Some blobs at a time, so that every thread has one to decode; two parts are in memory at most. */
const PART_BYTES = 4 * 1024 * 1024;

/** Rejects as `OpenFile.read` and `Output.write` do; what is being read ahead is aborted. */
export async function writeContent(file: OpenFile, output: Output, signal: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const reading = AbortSignal.any([signal, ended.signal]);
  // Each blob of a part waits for it: that is no leak.
  setMaxListeners(0, reading);
  const readPart = (offset: number) => {
    const part = file.read(offset, Math.min(PART_BYTES, file.size - offset), reading);
    // If writing fails first, nobody waits for this part, and its own failure says nothing new.
    part.catch(() => {});
    return part;
  };
  try {
    let next = file.size > 0 ? readPart(0) : undefined;
    for (let offset = 0; next; offset += PART_BYTES) {
      const part: readonly Uint8Array[] = await next;
      next = offset + PART_BYTES < file.size ? readPart(offset + PART_BYTES) : undefined;
      await output.write(part, signal);
    }
  } finally {
    ended.abort();
  }
}
