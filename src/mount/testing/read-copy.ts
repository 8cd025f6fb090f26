/** A part of an open file in memory of the caller's own, for those who cannot use it at once. */

import type { OpenFile } from '../node.ts';

/** As `OpenFile.read`, but what it gives may be kept. */
export async function readCopy(
  file: Pick<OpenFile, 'read'>,
  offset: number,
  length: number,
  signal: AbortSignal,
): Promise<Uint8Array[]> {
  let copy: Uint8Array[] = [];
  await file.read(offset, length, signal, (slices) => {
    copy = slices.map((slice) => new Uint8Array(slice));
  });
  return copy;
}
