/**
 * Blob id -> verified bytes: asks the index where it lies, the backend for the sealed bytes, the decoder for the
 * plain ones. Keeps nothing: caching is above, threads are below.
 */

import type { Backend } from '../backend/backend.ts';
import { RepositoryError } from '../errors.ts';
import type { TreeTable } from '../tree-table.ts';
import type { BlobLocation, BlobType } from './blob-index.ts';
import type { Decoder } from './decode/decoder.ts';
import type { IndexLoader } from './index-loader.ts';

export class BlobReader {
  readonly #backend: Backend;
  readonly #index: IndexLoader;
  readonly #decoder: Decoder;

  constructor(backend: Backend, index: IndexLoader, decoder: Decoder) {
    this.#backend = backend;
    this.#index = index;
    this.#decoder = decoder;
  }

  data(id: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    return this.#fromAnyPack('data', id, signal, (sealed, length) =>
      this.#decoder.blob(sealed, id, length, signal),
    );
  }

  tree(id: Uint8Array, signal: AbortSignal): Promise<TreeTable> {
    return this.#fromAnyPack('tree', id, signal, (sealed, length) =>
      this.#decoder.tree(sealed, id, length, signal),
    );
  }

  /** A blob may lie in several packs: damage in one does not matter while another holds it. */
  async #fromAnyPack<Value>(
    type: BlobType,
    id: Uint8Array,
    signal: AbortSignal,
    decode: (sealed: Uint8Array<ArrayBuffer>, uncompressedLength: number) => Promise<Value>,
  ): Promise<Value> {
    let failure: unknown;
    for (const location of await this.#locations(type, id, signal)) {
      try {
        const pack = { kind: 'pack', name: location.pack } as const;
        const sealed = await this.#backend.read(pack, location, signal);
        return await decode(sealed, location.uncompressedLength);
      } catch (error) {
        signal.throwIfAborted();
        failure = unreadable(type, id, location, error);
      }
    }
    throw failure;
  }

  async #locations(type: BlobType, id: Uint8Array, signal: AbortSignal): Promise<BlobLocation[]> {
    const known = this.#index.blobs.all(id, type);
    if (known.length > 0) return known;
    // Without a lock, a prune may have moved the blob into a pack of a newer index file.
    await this.#index.refresh(signal);
    const found = this.#index.blobs.all(id, type);
    if (found.length > 0) return found;
    throw new RepositoryError(
      'damaged',
      `The index has no ${type} blob ${hex(id)}: 'restic check' tells more`,
    );
  }
}

function unreadable(type: BlobType, id: Uint8Array, location: BlobLocation, error: unknown): RepositoryError {
  const code = error instanceof RepositoryError && error.code !== 'damaged' ? error.code : 'damaged';
  const reason = error instanceof Error ? error.message : String(error);
  return new RepositoryError(
    code,
    `Cannot read ${type} blob ${hex(id)} from pack ${location.pack} at byte ${location.offset}: ${reason}`,
    { cause: error },
  );
}

function hex(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('hex');
}
