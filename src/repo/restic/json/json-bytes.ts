/** Bytes that stand where they are expected. Functions on byte ranges; knows no JSON. */

/** Offset behind `expected` if it stands at `start`, else -1. */
export function endOfBytes(bytes: Uint8Array, start: number, expected: Uint8Array): number {
  const end = start + expected.length;
  if (end > bytes.length) return -1;
  for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return -1;
  return end;
}

/** Whether the bytes at `start` are those at `earlier`. Texts that are much alike differ at their ends. */
export function isRepeated(bytes: Uint8Array, start: number, earlier: number, length: number): boolean {
  if (start + length > bytes.length) return false;
  for (let i = length - 1; i >= 0; i--) if (bytes[start + i] !== bytes[earlier + i]) return false;
  return true;
}
