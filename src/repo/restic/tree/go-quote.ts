/**
 * Undoes Go's strconv.Quote: how restic writes names, which are any bytes, into JSON, which is text.
 * Takes what stands between the quotes, by the same rules as strconv.Unquote.
 */

import { FormatError } from '../format-error.ts';
import { BACKSLASH, HEX_DIGIT, NOT_HEX, QUOTE, writeUtf8 } from '../json/json-text.ts';

const NEWLINE = 0x0a;

const SIMPLE = new Map(
  Object.entries({
    a: '\x07',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
    '\\': '\\',
    '"': '"',
  }).map(([letter, meaning]) => [letter.charCodeAt(0), meaning.charCodeAt(0)]),
);
const LETTER_X = 0x78;
const LETTER_U = 0x75;
const LETTER_CAPITAL_U = 0x55;

/** The raw bytes, in fresh memory. Offsets of a FormatError count from `start`. */
export function goUnquote(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const raw = new Uint8Array(end - start);
  let length = 0;
  let at = start;
  while (at < end) {
    const byte = bytes[at]!;
    if (byte === QUOTE || byte === NEWLINE)
      throw new FormatError('A name with a bare quote or line end', at - start);
    if (byte !== BACKSLASH) {
      raw[length++] = byte;
      at++;
      continue;
    }
    const sequence = readEscape(bytes, at + 1, end, start);
    length = sequence.isByte
      ? writeByte(raw, length, sequence.value)
      : writeUtf8(raw, length, sequence.value);
    at = sequence.end;
  }
  return raw.subarray(0, length);
}

interface Escape {
  readonly value: number;
  /** A raw byte; else a code point. */
  readonly isByte: boolean;
  readonly end: number;
}

function readEscape(bytes: Uint8Array, at: number, end: number, start: number): Escape {
  const letter = at < end ? bytes[at]! : -1;
  const simple = SIMPLE.get(letter);
  if (simple !== undefined) return { value: simple, isByte: true, end: at + 1 };
  const fail = () => new FormatError('A name with an unknown escape', at - start);
  if (letter === LETTER_X) return { value: hexValue(bytes, at + 1, 2, end, fail), isByte: true, end: at + 3 };
  if (letter === LETTER_U || letter === LETTER_CAPITAL_U) {
    const count = letter === LETTER_U ? 4 : 8;
    const value = hexValue(bytes, at + 1, count, end, fail);
    if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) throw fail();
    return { value, isByte: false, end: at + 1 + count };
  }
  return { value: octalValue(bytes, at, end, fail), isByte: true, end: at + 3 };
}

function writeByte(into: Uint8Array, at: number, value: number): number {
  into[at] = value;
  return at + 1;
}

function hexValue(
  bytes: Uint8Array,
  at: number,
  count: number,
  end: number,
  fail: () => FormatError,
): number {
  if (at + count > end) throw fail();
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = HEX_DIGIT[bytes[i]!]!;
    if (digit === NOT_HEX) throw fail();
    value = value * 16 + digit;
  }
  return value;
}

function octalValue(bytes: Uint8Array, at: number, end: number, fail: () => FormatError): number {
  if (at + 3 > end) throw fail();
  let value = 0;
  for (let i = at; i < at + 3; i++) {
    const digit = bytes[i]! - 0x30;
    if (digit < 0 || digit > 7) throw fail();
    value = value * 8 + digit;
  }
  if (value > 0xff) throw fail();
  return value;
}
