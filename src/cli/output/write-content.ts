/** A file's bytes into an output: the next part is read while the last one is being written. */

import type { OpenFile } from '../../mount/node.ts';
import type { Output } from './output.ts';

/** Some blobs at a time, so that every thread has one to decode. */
const PART_BYTES = 4 * 1024 * 1024;

/** Rejects as `OpenFile.read` and `Output.write` do; what is being read ahead is aborted. */
export async function writeContent(file: OpenFile, output: Output, signal: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const reading = AbortSignal.any([signal, ended.signal]);
  const buffers = [0, 1].map(() => Buffer.allocUnsafeSlow(Math.min(PART_BYTES, file.size)));
  const readPart = (part: number) => {
    const bytes = readInto(buffers[part % 2]!, file, part * PART_BYTES, reading);
    // If writing fails first, nobody waits for this part, and its own failure says nothing new.
    bytes.catch(() => {});
    return bytes;
  };
  const parts = Math.ceil(file.size / PART_BYTES);
  try {
    let next = parts > 0 ? readPart(0) : undefined;
    for (let part = 0; next; part += 1) {
      const bytes: Uint8Array = await next;
      next = part + 1 < parts ? readPart(part + 1) : undefined;
      await output.write([bytes], signal);
    }
  } finally {
    ended.abort();
  }
}

/** As many bytes as `buffer` holds, fewer at the end of the file, copied: the repository's own are lent only. */
async function readInto(
  buffer: Buffer,
  file: OpenFile,
  offset: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  let length = 0;
  await file.read(offset, Math.min(buffer.length, file.size - offset), signal, (slices) => {
    for (const slice of slices) {
      buffer.set(slice, length);
      length += slice.length;
    }
  });
  return buffer.subarray(0, length);
}
