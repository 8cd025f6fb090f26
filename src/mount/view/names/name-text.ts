/** Names as text: keys for maps, and what people read. Pure. */

/** Equal for equal bytes, different for different ones: for maps. */
export function byteKey(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** For messages: as UTF-8 where it is that, else with `\xHH` in place of bytes beyond ASCII. */
export function printableName(name: Uint8Array): string {
  const text = exactText(name);
  if (text !== undefined) return text;
  return Array.from(name, (byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`,
  ).join('');
}

/** What the bytes are in UTF-8; undefined where they are something else. */
export function exactText(bytes: Uint8Array): string | undefined {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
