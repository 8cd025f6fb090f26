/** UTF-8, one character after the other and without objects. RFC 3629, strictly. Pure. */

/**
 * The code point of the character at `at`, or -1 where the bytes are no UTF-8: overlong, a surrogate, above U+10FFFF,
 * cut off at `end`, or no first byte.
 */
export function codePointAt(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return first;
  if (first < 0xc2 || first > 0xf4) return -1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + length > end) return -1;
  let code = first & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i]!;
    if ((byte & 0xc0) !== 0x80) return -1;
    code = (code << 6) | (byte & 0x3f);
  }
  // Two bytes cannot be overlong: 0xc0 and 0xc1 are no first bytes.
  if (length === 3 && (code < 0x800 || (code >= 0xd800 && code < 0xe000))) return -1;
  if (length === 4 && (code < 0x1_0000 || code > 0x10_ffff)) return -1;
  return code;
}

/** How many bytes a character takes. */
export function utf8Length(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x1_0000 ? 3 : 4;
}

/** How many UTF-16 units a character takes. */
export function utf16Length(code: number): number {
  return code < 0x1_0000 ? 1 : 2;
}
