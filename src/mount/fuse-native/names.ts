/**
 * Names as fuse-native can pass them: as UTF-8 text. A byte that belongs to no UTF-8 stands as the private character
 * U+F000 + byte. What is such a character already is taken apart in the same way, so that every name has one text and
 * every text one name. Pure.
 */

/** Bytes of the longest name that fuse-native lists whole. */
export const LONGEST_TEXT = 1023;

const PRIVATE = 0xf000;
/** U+F080 to U+F0FF: what a byte of 0x80 and more is shown as. */
const STANDING_FOR_BYTE = /[\uf080-\uf0ff]/;
const STANDING_FOR_BYTES = /[\uf080-\uf0ff]/g;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Of a name, or of a path or a link's target as a whole. */
export function textOf(name: Uint8Array): string {
  const text = decode(name);
  if (text !== undefined && !STANDING_FOR_BYTE.test(text)) return text;
  return textPieceByPiece(name);
}

/** What `textOf` made the text of. */
export function bytesOf(text: string): Uint8Array {
  if (!STANDING_FOR_BYTE.test(text)) return Buffer.from(text);
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { index } of text.matchAll(STANDING_FOR_BYTES)) {
    pieces.push(Buffer.from(text.slice(at, index)), Uint8Array.of(text.charCodeAt(index) - PRIVATE));
    at = index + 1;
  }
  return Buffer.concat([...pieces, Buffer.from(text.slice(at))]);
}

/** Character by character as far as it is UTF-8, byte by byte where not. */
function textPieceByPiece(name: Uint8Array): string {
  let text = '';
  for (let at = 0; at < name.length; ) {
    const length = sequenceLength(name[at] ?? 0);
    const character = length === 0 ? undefined : decode(name.subarray(at, at + length));
    if (character === undefined) {
      text += standingFor(name[at] ?? 0);
      at += 1;
    } else {
      const bytes = name.subarray(at, at + length);
      text += STANDING_FOR_BYTE.test(character) ? Array.from(bytes, standingFor).join('') : character;
      at += length;
    }
  }
  return text;
}

function standingFor(byte: number): string {
  return String.fromCharCode(PRIVATE + byte);
}

/** Bytes of a character of UTF-8 by its first one; 0 for what begins none. */
function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc0) return 0;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}
