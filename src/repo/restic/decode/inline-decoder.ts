/** Decodes on the calling thread: for small blobs, where a hop to another thread costs more, and without threads. */

import { RepositoryError } from '../../errors.ts';
import { allocate, type Memory, ownMemory, partOf } from '../../memory/memory.ts';
import type { LaterBytes } from '../../repository.ts';
import type { TreeTable } from '../../tree-table.ts';
import type { IndexColumns } from '../index/index-decoder.ts';
import type { BlobPart, Decoder } from './decoder.ts';
import { toHex } from './hex.ts';
import { decodeBlob, decodeIndexFile, decodePart, decodeTreeBlob, decodeUnpacked } from './jobs.ts';
import { asRepositoryError, nameOfBlob, nameOfFile } from './repository-error.ts';
import { type DecodeTools, describeTools, disposeTools } from './tools.ts';

export class InlineDecoder implements Decoder {
  readonly description: string;
  readonly #tools: DecodeTools;
  #closed = false;

  /** Takes the tools over: close() disposes them. */
  constructor(tools: DecodeTools) {
    this.#tools = tools;
    this.description = `${describeTools(tools)}, no threads`;
  }

  memoryFor(sealedLength: number): Memory {
    return ownMemory(allocate(sealedLength));
  }

  async blob(
    sealed: Memory,
    id: Uint8Array,
    uncompressedLength: number,
    signal: AbortSignal,
  ): Promise<Memory> {
    const hex = toHex(id);
    const { bytes } = sealed;
    try {
      const plain = this.#attempt(nameOfBlob(hex), signal, () =>
        decodeBlob(this.#tools, bytes, hex, uncompressedLength),
      );
      if (plain.buffer === bytes.buffer) return partOf(sealed, plain);
      sealed.free();
      return ownMemory(plain);
    } catch (error) {
      sealed.free();
      throw error;
    }
  }

  async blobs(
    sealed: Uint8Array<ArrayBuffer>,
    parts: readonly BlobPart[],
    signal: AbortSignal,
  ): Promise<readonly LaterBytes[]> {
    signal.throwIfAborted();
    return parts.map((part) => () => (this.#closed ? undefined : decodePart(this.#tools, sealed, part)));
  }

  async tree(
    sealed: Uint8Array<ArrayBuffer>,
    id: Uint8Array,
    uncompressedLength: number,
    signal: AbortSignal,
  ): Promise<TreeTable> {
    const hex = toHex(id);
    return this.#attempt(nameOfBlob(hex), signal, () =>
      decodeTreeBlob(this.#tools, sealed, hex, uncompressedLength),
    );
  }

  async index(sealed: Uint8Array<ArrayBuffer>, fileId: string, signal: AbortSignal): Promise<IndexColumns> {
    return this.#attempt(nameOfFile(fileId, 'index'), signal, () =>
      decodeIndexFile(this.#tools, sealed, fileId),
    );
  }

  async unpacked(sealed: Uint8Array<ArrayBuffer>, fileId: string, signal: AbortSignal): Promise<Uint8Array> {
    return this.#attempt(nameOfFile(fileId), signal, () => decodeUnpacked(this.#tools, sealed, fileId));
  }

  async close(): Promise<void> {
    this.#closed = true;
    disposeTools(this.#tools);
  }

  #attempt<Value>(what: string, signal: AbortSignal, decode: () => Value): Value {
    signal.throwIfAborted();
    if (this.#closed) throw new RepositoryError('lost', `${what}: The repository was closed`);
    try {
      return decode();
    } catch (error) {
      throw asRepositoryError(what, error);
    }
  }
}
