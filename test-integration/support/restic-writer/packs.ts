/**
 * Blobs in packs: "Pack Format" of restic's design document. Each blob once, trees and data apart, nothing compressed,
 * which version 2 of the format allows.
 */

import { createHash } from 'node:crypto';

export type BlobType = 'data' | 'tree';

export interface PackedBlob {
  readonly id: string;
  readonly type: BlobType;
  readonly offset: number;
  readonly length: number;
}

export interface Pack {
  /** SHA-256 of its bytes. */
  readonly id: string;
  readonly bytes: Buffer;
  readonly blobs: readonly PackedBlob[];
}

const MOST_PACK_BYTES = 4 * 2 ** 20;
const HEADER_TYPE: Readonly<Record<BlobType, number>> = { data: 0, tree: 1 };

export class Packs {
  readonly #seal: (plaintext: Uint8Array) => Buffer;
  readonly #blobs: Record<BlobType, Map<string, Uint8Array>> = { data: new Map(), tree: new Map() };

  constructor(seal: (plaintext: Uint8Array) => Buffer) {
    this.#seal = seal;
  }

  /** Returns the blob's id. */
  add(type: BlobType, plaintext: Uint8Array): string {
    const id = sha256(plaintext);
    this.#blobs[type].set(id, plaintext);
    return id;
  }

  *finish(): Generator<Pack> {
    for (const type of ['data', 'tree'] as const) {
      let pack = new OpenPack(type, this.#seal);
      for (const [id, plaintext] of this.#blobs[type]) {
        if (pack.bytes > MOST_PACK_BYTES) {
          yield pack.finish();
          pack = new OpenPack(type, this.#seal);
        }
        pack.add(id, plaintext);
      }
      if (pack.bytes > 0) yield pack.finish();
    }
  }
}

class OpenPack {
  readonly #type: BlobType;
  readonly #seal: (plaintext: Uint8Array) => Buffer;
  readonly #sealed: Buffer[] = [];
  readonly #blobs: PackedBlob[] = [];
  bytes = 0;

  constructor(type: BlobType, seal: (plaintext: Uint8Array) => Buffer) {
    this.#type = type;
    this.#seal = seal;
  }

  add(id: string, plaintext: Uint8Array): void {
    const sealed = this.#seal(plaintext);
    this.#blobs.push({ id, type: this.#type, offset: this.bytes, length: sealed.length });
    this.#sealed.push(sealed);
    this.bytes += sealed.length;
  }

  /** The blobs, the sealed header, and its length. */
  finish(): Pack {
    const header = this.#seal(Buffer.concat(this.#blobs.map(headerEntry)));
    const headerLength = Buffer.alloc(4);
    headerLength.writeUInt32LE(header.length);
    const bytes = Buffer.concat([...this.#sealed, header, headerLength]);
    return { id: sha256(bytes), bytes, blobs: this.#blobs };
  }
}

function headerEntry({ id, type, length }: PackedBlob): Buffer {
  const start = Buffer.alloc(5);
  start.writeUInt8(HEADER_TYPE[type]);
  start.writeUInt32LE(length, 1);
  return Buffer.concat([start, Buffer.from(id, 'hex')]);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
