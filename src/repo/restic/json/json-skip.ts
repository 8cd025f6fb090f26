/**
 * Where JSON values end: goes over them as strictly as over those that are read, but takes nothing from them.
 * Functions on byte ranges.
 */

import { FormatError } from '../format-error.ts';
import { endOfNumber } from './json-number.ts';
import { endOfEscapedText, endOfPlainText, QUOTE } from './json-text.ts';

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;
/** Far above any known document, far below the stack. */
const MAX_DEPTH = 128;
const WORDS = ['true', 'false', 'null'].map((word) => new TextEncoder().encode(word));

/** Offset behind the value that begins at `start` or behind white space there. */
export function endOfValue(bytes: Uint8Array, start: number, depth = 0): number {
  const at = endOfSpace(bytes, start);
  if (at >= bytes.length) throw new FormatError('A document that ends too early', at);
  const first = bytes[at]!;
  if (first === QUOTE) return endOfText(bytes, at + 1) + 1;
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfMembers(bytes, at, depth);
  if (first >= LETTER_A && first <= LETTER_Z) return endOfWord(bytes, at);
  return endOfNumber(bytes, at);
}

/** Offset of the quote that ends the string whose text is at `start`. */
export function endOfText(bytes: Uint8Array, start: number): number {
  const end = endOfPlainText(bytes, start);
  return bytes[end] === QUOTE ? end : endOfEscapedText(bytes, end);
}

/** Offset behind the `true`, `false` or `null` at `start`. */
export function endOfWord(bytes: Uint8Array, start: number): number {
  const word = WORDS.find((known) => known.every((byte, i) => bytes[start + i] === byte));
  if (word === undefined) throw new FormatError('Expected true, false or null', start);
  return start + word.length;
}

export function endOfSpace(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && isSpace(bytes[at]!)) at++;
  return at;
}

const LETTER_A = 0x61;
const LETTER_Z = 0x7a;

/** Of the object or list whose first byte is at `start`. */
function endOfMembers(bytes: Uint8Array, start: number, depth: number): number {
  if (depth >= MAX_DEPTH) throw new FormatError(`Values nested more than ${MAX_DEPTH} deep`, start);
  const isObject = bytes[start] === OPEN_BRACE;
  const close = isObject ? CLOSE_BRACE : CLOSE_BRACKET;
  let at = endOfSpace(bytes, start + 1);
  if (bytes[at] === close) return at + 1;
  for (;;) {
    if (isObject) at = endOfKey(bytes, at);
    at = endOfSpace(bytes, endOfValue(bytes, at, depth + 1));
    if (bytes[at] === close) return at + 1;
    if (bytes[at] !== COMMA) throw new FormatError('Expected a comma or the end of a list or object', at);
    at++;
  }
}

/** Offset behind the key at `start` and its colon. */
function endOfKey(bytes: Uint8Array, start: number): number {
  const at = endOfSpace(bytes, start);
  if (bytes[at] !== QUOTE) throw new FormatError('Expected a key', at);
  const colon = endOfSpace(bytes, endOfText(bytes, at + 1) + 1);
  if (bytes[colon] !== COLON) throw new FormatError('Expected a colon', colon);
  return colon + 1;
}

function isSpace(byte: number): boolean {
  // Most bytes are above all of them.
  return byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}
