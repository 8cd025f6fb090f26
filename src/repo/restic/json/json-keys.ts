/** A set of known strings, matched against a document's bytes without making strings of them. */

import { type ByteSpan, QUOTE } from './json-text.ts';

/** Made once of strings in the order in which they usually occur; a string's place is its number. */
export class JsonKeys {
  readonly #keys: readonly Uint8Array[];

  constructor(keys: readonly string[]) {
    const encoder = new TextEncoder();
    this.#keys = keys.map((key) => encoder.encode(key));
  }

  /**
   * The number of the string whose first byte is at `start` and that ends with a quote, -1 if unknown.
   * `likely` is tried first, then what follows it: documents keep an order, and leave members out.
   */
  match(bytes: Uint8Array, start: number, likely: number): number {
    const keys = this.#keys;
    let number = likely < keys.length ? likely : 0;
    for (let tried = 0; tried < keys.length; tried++) {
      const key = keys[number]!;
      const end = start + key.length;
      if (end < bytes.length && bytes[end] === QUOTE && startsWith(bytes, start, key)) return number;
      number = number + 1 < keys.length ? number + 1 : 0;
    }
    return -1;
  }

  matchSpan({ bytes, start, end }: ByteSpan): number {
    return this.#keys.findIndex((key) => key.length === end - start && startsWith(bytes, start, key));
  }

  lengthOf(number: number): number {
    return this.#keys[number]!.length;
  }
}

function startsWith(bytes: Uint8Array, start: number, key: Uint8Array): boolean {
  for (let i = 0; i < key.length; i++) if (bytes[start + i] !== key[i]) return false;
  return true;
}
