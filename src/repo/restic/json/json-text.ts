/**
 * The inside of JSON strings (RFC 8259, section 7) as UTF-8 bytes: finding their end, undoing escapes, strict
 * UTF-8. Functions on byte ranges; knows nothing of what the strings mean.
 */

import { FormatError } from '../format-error.ts';

/** A range of bytes: to be used before the next is read, for the object is the same every time. */
export interface ByteSpan {
  bytes: Uint8Array;
  start: number;
  /** Exclusive. */
  end: number;
}

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;

/** Not 0 for what ends a run of plain bytes: controls, the quote, the backslash, and all that is not ASCII. */
const STOPS = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte >= 0x80 || byte === QUOTE || byte === BACKSLASH ? 1 : 0,
);

/** Offset of the quote or backslash that ends the plain text at `start`; checks all on the way. */
export function endOfPlainText(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    while (at < bytes.length && STOPS[bytes[at]!] === 0) at++;
    if (at >= bytes.length) throw new FormatError('A string that does not end', at);
    const byte = bytes[at]!;
    if (byte === QUOTE || byte === BACKSLASH) return at;
    if (byte < 0x80) throw new FormatError('A control character in a string', at);
    at += sequenceLength(bytes, at);
  }
}

/** Offset of the quote that ends the string at `start` if that is of plain ASCII, else -1. */
export function endOfSimpleText(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== QUOTE) return -1;
  let at = start + 1;
  while (at < bytes.length && STOPS[bytes[at]!] === 0) at++;
  return at < bytes.length && bytes[at] === QUOTE ? at : -1;
}

/** Offset of the quote that ends the string whose first escape is at `firstEscape`; the escapes are checked. */
export function endOfEscapedText(bytes: Uint8Array, firstEscape: number): number {
  let at = firstEscape;
  while (bytes[at] === BACKSLASH) {
    if (bytes[at + 1] === LETTER_U) {
      hexUnit(bytes, at + 2);
      at += 6;
    } else {
      if (simpleEscape(bytes[at + 1]) < 0) throw new FormatError('An unknown escape in a string', at);
      at += 2;
    }
    at = endOfPlainText(bytes, at);
  }
  return at;
}

/**
 * The text between `start` and `end` without escapes, in fresh memory. It was checked by the functions above.
 * Half a surrogate pair becomes U+FFFD, as in Go.
 */
export function unescapeText(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const text = new Uint8Array(end - start);
  let length = 0;
  let at = start;
  while (at < end) {
    const byte = bytes[at]!;
    if (byte !== BACKSLASH) {
      text[length++] = byte;
      at++;
    } else if (bytes[at + 1] === LETTER_U) {
      const point = codePoint(bytes, at, end);
      length = writeUtf8(text, length, point);
      at += point > 0xffff ? 12 : 6;
    } else {
      text[length++] = simpleEscape(bytes[at + 1]);
      at += 2;
    }
  }
  return text.subarray(0, length);
}

/** Writes a code point; surrogates become U+FFFD. Returns the offset behind it. */
export function writeUtf8(into: Uint8Array, offset: number, point: number): number {
  let at = offset;
  if (point >= 0xd800 && point <= 0xdfff) return writeUtf8(into, at, 0xfffd);
  if (point < 0x80) {
    into[at++] = point;
    return at;
  }
  if (point < 0x800) {
    into[at++] = 0xc0 | (point >> 6);
  } else {
    if (point < 0x10000) {
      into[at++] = 0xe0 | (point >> 12);
    } else {
      into[at++] = 0xf0 | (point >> 18);
      into[at++] = 0x80 | ((point >> 12) & 0x3f);
    }
    into[at++] = 0x80 | ((point >> 6) & 0x3f);
  }
  into[at++] = 0x80 | (point & 0x3f);
  return at;
}

const LETTER_U = 0x75;

function codePoint(bytes: Uint8Array, start: number, end: number): number {
  const unit = hexUnit(bytes, start + 2);
  const next = start + 6;
  const isHigh = unit >= 0xd800 && unit <= 0xdbff;
  if (!isHigh || next + 6 > end || bytes[next] !== BACKSLASH || bytes[next + 1] !== LETTER_U) return unit;
  const low = hexUnit(bytes, next + 2);
  return low >= 0xdc00 && low <= 0xdfff ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : unit;
}

function hexUnit(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let i = at; i < at + 4; i++) {
    const digit = i < bytes.length ? HEX_DIGIT[bytes[i]!]! : NOT_HEX;
    if (digit === NOT_HEX) throw new FormatError('An escape without four hex digits', at);
    unit = (unit << 4) | digit;
  }
  return unit;
}

/** Has a bit beyond any byte, so that or-ing many digits together and looking once is enough. */
export const NOT_HEX = 0x100;
export const HEX_DIGIT = Uint16Array.from({ length: 256 }, (_, byte) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(byte).toLowerCase());
  return digit < 0 ? NOT_HEX : digit;
});

/** Reads `2 * count` hex digits, in either case, into `count` bytes. False if there are not as many. */
export function decodeHex(
  bytes: Uint8Array,
  start: number,
  into: Uint8Array,
  offset: number,
  count: number,
): boolean {
  const end = start + 2 * count;
  if (end > bytes.length) return false;
  let seen = 0;
  for (let from = start, to = offset; from < end; from += 2, to++) {
    const byte = (HEX_DIGIT[bytes[from]!]! << 4) | HEX_DIGIT[bytes[from + 1]!]!;
    into[to] = byte;
    seen |= byte;
  }
  return seen <= 0xff;
}

const SIMPLE_ESCAPES = new Map(
  Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }).map(
    ([letter, meaning]) => [letter.charCodeAt(0), meaning.charCodeAt(0)],
  ),
);

function simpleEscape(letter: number | undefined): number {
  return SIMPLE_ESCAPES.get(letter ?? -1) ?? -1;
}

/** Length of the UTF-8 sequence at `at`, whose first byte is not ASCII (RFC 3629, section 4). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const second = bytes[at + 1] ?? 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const tooLong = (lead === 0xe0 && second < 0xa0) || (lead === 0xf0 && second < 0x90);
  const surrogate = lead === 0xed && second > 0x9f;
  const tooHigh = lead > 0xf4 || (lead === 0xf4 && second > 0x8f);
  let valid = lead >= 0xc2 && !tooLong && !surrogate && !tooHigh;
  for (let i = 1; i < length; i++) valid &&= ((bytes[at + i] ?? 0) & 0xc0) === 0x80;
  if (!valid) throw new FormatError('A string that is not UTF-8', at);
  return length;
}
