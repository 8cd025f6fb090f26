/**
 * Reads a JSON document (RFC 8259, UTF-8) from its bytes, piece by piece as the caller asks, without building values.
 * Strict: what JSON.parse refuses is refused. Knows no document's shape; every failure is a FormatError.
 */

import { FormatError } from '../format-error.ts';
import { decodeBase64 } from './base64.ts';
import type { JsonKeys } from './json-keys.ts';
import { digitsToNumber, digitsToWords, endOfNumber, endOfWholeNumber } from './json-number.ts';
import { endOfSpace, endOfText, endOfValue, endOfWord } from './json-skip.ts';
import {
  BACKSLASH,
  type ByteSpan,
  decodeHex,
  endOfEscapedText,
  endOfPlainText,
  QUOTE,
  unescapeText,
} from './json-text.ts';

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
const LETTER_F = 0x66;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export class JsonCursor {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** Whether an object or array was opened and nothing of it read yet: no comma then. */
  #opened = false;
  #likelyKey = 0;
  readonly #span: ByteSpan;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#span = { bytes, start: 0, end: 0 };
  }

  /** Where reading goes on, in bytes. */
  get offset(): number {
    return this.#at;
  }

  /** The first byte of what follows, for choosing how to read it; -1 at the end. */
  peek(): number {
    this.#skipSpace();
    return this.#at < this.#bytes.length ? this.#bytes[this.#at]! : -1;
  }

  beginObject(): void {
    this.#take(OPEN_BRACE, 'an object');
    this.#opened = true;
  }

  /**
   * Goes to the next member of the object with a known key and returns the key's number; -1 behind the last.
   * The caller reads the member's value. Members with other keys are skipped.
   */
  nextKey(keys: JsonKeys): number {
    while (this.#next(CLOSE_BRACE)) {
      const key = this.#matchText(keys, this.#likelyKey);
      this.#take(COLON, 'a colon');
      if (key >= 0) {
        this.#likelyKey = key + 1;
        return key;
      }
      this.skipValue();
    }
    return -1;
  }

  /** Goes on behind a value of an object, which somebody else has read from the same bytes. `likelyKey` comes next. */
  goOnBehindValue(offset: number, likelyKey: number): void {
    this.#at = offset;
    this.#opened = false;
    this.#likelyKey = likelyKey;
  }

  beginArray(): void {
    this.#take(OPEN_BRACKET, 'a list');
    this.#opened = true;
  }

  /** Whether the array has one more element, which the caller reads. */
  nextElement(): boolean {
    return this.#next(CLOSE_BRACKET);
  }

  /** Takes a null if it is one. */
  readNull(): boolean {
    if (this.peek() !== LETTER_N) return false;
    this.#at = endOfWord(this.#bytes, this.#at);
    return true;
  }

  readBoolean(): boolean {
    const first = this.peek();
    if (first !== LETTER_T && first !== LETTER_F) throw new FormatError('Expected true or false', this.#at);
    this.#at = endOfWord(this.#bytes, this.#at);
    return first === LETTER_T;
  }

  readNumber(): number {
    this.#skipSpace();
    const start = this.#at;
    this.#at = endOfNumber(this.#bytes, start);
    return Number(utf8.decode(this.#bytes.subarray(start, this.#at)));
  }

  /** A whole number without a sign, at most `max`, which is below 2^53. */
  readWhole(max: number): number {
    this.#skipSpace();
    const start = this.#at;
    const end = endOfWholeNumber(this.#bytes, start);
    const value = digitsToNumber(this.#bytes, start, end);
    if (value > max) throw new FormatError(`Expected a number of at most ${max}`, start);
    this.#at = end;
    return value;
  }

  /** A whole number without a sign of up to 64 bits as `[low, high]` words. */
  readUint64(words: Uint32Array): void {
    this.#skipSpace();
    const start = this.#at;
    this.#at = endOfWholeNumber(this.#bytes, start);
    digitsToWords(this.#bytes, start, this.#at, words);
  }

  /** A string's text as UTF-8, without escapes. Where it has none, the bytes are the document's own. */
  readText(): ByteSpan {
    this.#take(QUOTE, 'a string');
    const start = this.#at;
    const end = endOfPlainText(this.#bytes, start);
    if (this.#bytes[end] === BACKSLASH) return this.#readEscaped(start, end);
    this.#at = end + 1;
    this.#span.bytes = this.#bytes;
    this.#span.start = start;
    this.#span.end = end;
    return this.#span;
  }

  /** Whether the last readText() found escapes: then its bytes are not the document's. */
  get hadEscapes(): boolean {
    return this.#span.bytes !== this.#bytes;
  }

  readString(): string {
    const { bytes, start, end } = this.readText();
    return utf8.decode(bytes.subarray(start, end));
  }

  /** A string out of `choices` as its number, -1 for any other. */
  readChoice(choices: JsonKeys): number {
    this.#skipSpace();
    return this.#matchText(choices, 0);
  }

  /** A string of exactly `2 * count` hex digits, in either case, into `count` bytes. */
  readHex(into: Uint8Array, offset: number, count: number): void {
    this.#take(QUOTE, 'a string of hex digits');
    const bytes = this.#bytes;
    const start = this.#at;
    const end = start + 2 * count;
    if (bytes[end] !== QUOTE || !decodeHex(bytes, start, into, offset, count))
      throw new FormatError(`Expected ${2 * count} hex digits`, start);
    this.#at = end + 1;
  }

  /** A string of base64 with padding (RFC 4648, section 4), decoded into fresh memory. */
  readBase64(): Uint8Array {
    const { bytes, start, end } = this.readText();
    const decoded = decodeBase64(bytes, start, end);
    if (decoded === undefined) throw new FormatError('Expected base64', this.#at);
    return decoded;
  }

  skipText(): void {
    this.#take(QUOTE, 'a string');
    this.#at = endOfText(this.#bytes, this.#at) + 1;
  }

  /** Any value, checked all the same. */
  skipValue(): void {
    this.#at = endOfValue(this.#bytes, this.#at);
  }

  /** Any value, checked, as it stands in the document: for values whose type is not certain. */
  readValueBytes(): Uint8Array {
    this.#skipSpace();
    const start = this.#at;
    this.skipValue();
    return this.#bytes.subarray(start, this.#at);
  }

  /** Makes sure that nothing but white space follows. */
  finish(): void {
    if (this.peek() >= 0) throw new FormatError('Something behind the end of the document', this.#at);
  }

  /** Goes over the comma before a member or element, if there is one more; else over the closing byte. */
  #next(close: number): boolean {
    const byte = this.peek();
    const first = this.#opened;
    this.#opened = false;
    if (byte === close) {
      this.#at++;
      return false;
    }
    if (first) return true;
    if (byte !== COMMA) throw new FormatError('Expected a comma or the end of a list or object', this.#at);
    this.#at++;
    return true;
  }

  #matchText(keys: JsonKeys, likely: number): number {
    this.#take(QUOTE, 'a string');
    const start = this.#at;
    const number = keys.match(this.#bytes, start, likely);
    if (number >= 0) {
      this.#at = start + keys.lengthOf(number) + 1;
      return number;
    }
    const plainEnd = endOfPlainText(this.#bytes, start);
    if (this.#bytes[plainEnd] === BACKSLASH) return keys.matchSpan(this.#readEscaped(start, plainEnd));
    this.#at = plainEnd + 1;
    return -1;
  }

  #readEscaped(start: number, firstEscape: number): ByteSpan {
    const end = endOfEscapedText(this.#bytes, firstEscape);
    const text = unescapeText(this.#bytes, start, end);
    this.#at = end + 1;
    this.#span.bytes = text;
    this.#span.start = 0;
    this.#span.end = text.length;
    return this.#span;
  }

  #take(byte: number, what: string): void {
    this.#skipSpace();
    if (this.#bytes[this.#at] !== byte) throw new FormatError(`Expected ${what}`, this.#at);
    this.#at++;
  }

  #skipSpace(): void {
    this.#at = endOfSpace(this.#bytes, this.#at);
  }
}
