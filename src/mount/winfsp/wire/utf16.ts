/** Text as the protocol has it: UTF-16, little-endian, unit by unit as it is. Pure. */

/** Cut where more than `mostBytes` were needed. Returns how many bytes were written. */
export function writeUtf16(into: Uint8Array, at: number, text: string, mostBytes: number): number {
  const bytes = Buffer.from(into.buffer, into.byteOffset, into.byteLength);
  const units = text.slice(0, mostBytes >>> 1);
  return bytes.write(units, at, 'utf16le');
}

export function readUtf16(from: Uint8Array, start: number, end: number): string {
  return Buffer.from(from.buffer, from.byteOffset, from.byteLength).toString('utf16le', start, end);
}
