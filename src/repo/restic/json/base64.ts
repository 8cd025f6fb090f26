/** Base64 with padding (RFC 4648, section 4) from bytes to bytes. Strict where Buffer's is forgiving. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const NOT_BASE64 = 0xff;
const SEXTET = Uint8Array.from({ length: 256 }, (_, byte) => {
  const value = ALPHABET.indexOf(String.fromCharCode(byte));
  return value < 0 ? NOT_BASE64 : value;
});
const PADDING = 0x3d;

/** The decoded bytes in fresh memory; undefined if the range is not base64. Surplus bits are not looked at. */
export function decodeBase64(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  if ((end - start) % 4 !== 0) return undefined;
  let last = end;
  if (last > start && bytes[last - 1] === PADDING) last--;
  if (last > start && bytes[last - 1] === PADDING) last--;
  const decoded = new Uint8Array(Math.floor(((last - start) * 3) / 4));
  let bits = 0;
  let held = 0;
  let length = 0;
  for (let at = start; at < last; at++) {
    const sextet = SEXTET[bytes[at]!]!;
    if (sextet === NOT_BASE64) return undefined;
    bits = ((bits << 6) | sextet) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      decoded[length++] = bits >> held;
    }
  }
  return decoded;
}
