/** A blob id as a key of a Map: one character a byte, cheaper to make than hex digits. */
export function keyOf(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('latin1');
}
