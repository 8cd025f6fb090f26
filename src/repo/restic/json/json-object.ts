/** Small JSON documents (keys, config) with every field checked. Knows no document. */

import { DecodeError } from '../decode/decode-error.ts';

export class JsonObject {
  readonly #fields: Readonly<Record<string, unknown>>;

  private constructor(fields: object) {
    this.#fields = { ...fields };
  }

  /** Throws DecodeError `damaged` for anything but a JSON object, as do the methods for fields of other types. */
  static parse(json: Uint8Array): JsonObject {
    let document: unknown;
    try {
      document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
    } catch {
      // The cause would quote the document, which may hold keys.
      throw new DecodeError('damaged', 'it is not JSON');
    }
    return JsonObject.#of(document, 'it');
  }

  static #of(value: unknown, what: string): JsonObject {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return new JsonObject(value);
    throw new DecodeError('damaged', `${what} is not an object`);
  }

  object(name: string): JsonObject {
    return JsonObject.#of(this.#fields[name], `its ${name}`);
  }

  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value !== 'string') throw new DecodeError('damaged', `its ${name} is not a text`);
    return value;
  }

  /** A whole number of at least 1. */
  count(name: string): number {
    const value = this.#fields[name];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
    throw new DecodeError('damaged', `its ${name} is not a positive number`);
  }

  /** Base64 as Go writes it: with padding. */
  bytes(name: string): Uint8Array<ArrayBuffer> {
    const text = this.text(name);
    const bytes = new Uint8Array(Buffer.from(text, 'base64'));
    if (Buffer.from(bytes.buffer).toString('base64') === text) return bytes;
    throw new DecodeError('damaged', `its ${name} is not base64`);
  }
}
