/** JSON numbers (RFC 8259, section 6) in bytes: where they end, and whole ones exactly. Knows no meaning. */

import { FormatError } from '../format-error.ts';

const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
/** Decimal digits that a double holds exactly, whatever they are. */
const EXACT_DIGITS = 15;
const WORD = 0x1_0000_0000;

/** Offset behind the number at `start`. */
export function endOfNumber(bytes: Uint8Array, start: number): number {
  const integer = bytes[start] === MINUS ? start + 1 : start;
  let at = endOfDigits(bytes, integer);
  if (at - integer > 1 && bytes[integer] === ZERO)
    throw new FormatError('A number with a leading zero', integer);
  if (bytes[at] === POINT) at = endOfDigits(bytes, at + 1);
  if (((bytes[at] ?? 0) | 0x20) === 0x65) {
    const exponent = bytes[at + 1] === PLUS || bytes[at + 1] === MINUS ? at + 2 : at + 1;
    at = endOfDigits(bytes, exponent);
  }
  return at;
}

/** Offset behind the whole number without a sign at `start`: what Go reads into an unsigned integer. */
export function endOfWholeNumber(bytes: Uint8Array, start: number): number {
  const end = endOfDigits(bytes, start);
  if (end - start > 1 && bytes[start] === ZERO) throw new FormatError('A number with a leading zero', start);
  const next = end < bytes.length ? bytes[end]! : 0;
  if (next === POINT || (next | 0x20) === 0x65) throw new FormatError('Expected a whole number', start);
  return end;
}

/** Offset behind the digits at `start`; -1 for none, for more than `most`, and for a zero before others. */
export function endOfFewDigits(bytes: Uint8Array, start: number, most: number): number {
  const last = Math.min(start + most + 1, bytes.length);
  let at = start;
  while (at < last && bytes[at]! >= ZERO && bytes[at]! <= NINE) at++;
  const length = at - start;
  return length === 0 || length > most || (length > 1 && bytes[start] === ZERO) ? -1 : at;
}

/** The number whose digits are in the range; exact up to 2^53, about right beyond. */
export function digitsToNumber(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) value = value * 10 + (bytes[i]! - ZERO);
  return value;
}

/** The number whose digits are in the range as `[low, high]` 32-bit words. */
export function digitsToWords(bytes: Uint8Array, start: number, end: number, words: Uint32Array): void {
  const head = digitsToNumber(bytes, start, Math.min(end, start + EXACT_DIGITS));
  let high = Math.floor(head / WORD);
  let low = head % WORD;
  for (let i = start + EXACT_DIGITS; i < end; i++) {
    low = low * 10 + (bytes[i]! - ZERO);
    high = high * 10 + Math.floor(low / WORD);
    low %= WORD;
    if (high >= WORD) throw new FormatError('A number beyond 64 bits', start);
  }
  words[0] = low;
  words[1] = high;
}

function endOfDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at]! >= ZERO && bytes[at]! <= NINE) at++;
  if (at === start) throw new FormatError('Expected a digit', at);
  return at;
}
