/** A restic repository in memory, sealed as restic seals it, whose packs and index files are literals. For tests. */

import { createHash } from 'node:crypto';
import type { Reporter } from '../../../report.ts';
import { MemoryBackend } from '../../backend/testing/memory-backend.ts';
import { Closers } from '../../closers.ts';
import { BlobReader } from '../blob-reader.ts';
import type { MasterKey } from '../crypto/master-key.ts';
import { portableSuites } from '../crypto/portable-suite.ts';
import { InlineDecoder } from '../decode/inline-decoder.ts';
import { loadTools } from '../decode/tools.ts';
import { IndexLoader } from '../index/index-loader.ts';
import { ResticRepository } from '../restic-repository.ts';
import { SnapshotStore } from '../snapshot-store.ts';

const KEY: MasterKey = {
  encrypt: new Uint8Array(32).fill(1),
  macK: new Uint8Array(16).fill(2),
  macR: new Uint8Array(16).fill(3),
};
const suite = portableSuites.create(KEY);

/** One blob in a pack; `length` and the rest only to say what is not so. */
export interface PackedBlob {
  readonly id: string;
  readonly type: 'data' | 'tree';
  readonly offset: number;
  readonly length: number;
  readonly uncompressed_length?: number;
}

export class SealedRepository {
  readonly backend = new MemoryBackend();

  /** Returns the pack's id and what an index file says of it. */
  addPack(blobs: readonly string[], type: PackedBlob['type'] = 'data'): { id: string; blobs: PackedBlob[] } {
    let offset = 0;
    const sealed = blobs.map((text) => suite.seal(Buffer.from(text)));
    const rows = sealed.map(({ length }, i) => {
      const row = { id: sha256(Buffer.from(blobs[i]!)), type, offset, length };
      offset += length;
      return row;
    });
    const bytes = Buffer.concat(sealed);
    const id = sha256(bytes);
    this.backend.files.set(`pack/${id}`, bytes);
    return { id, blobs: rows };
  }

  addIndex(...packs: readonly { id: string; blobs: readonly PackedBlob[] }[]): string {
    return this.#addDocument('index', { packs });
  }

  addSnapshot(time: string, change: Record<string, unknown> = {}): string {
    return this.#addDocument('snapshot', { time, tree: '00'.repeat(32), paths: ['/src'], ...change });
  }

  /** Same bytes, one of them changed. */
  damage(key: string): void {
    const bytes = new Uint8Array(this.backend.files.get(key)!);
    bytes[20]! ^= 1;
    this.backend.files.set(key, bytes);
  }

  /** As the layers above see it, with everything read from here. */
  async open(reporter: Reporter, closers = new Closers()): Promise<ResticRepository> {
    const { backend } = this;
    const decoder = await this.decoder();
    const index = new IndexLoader(backend, decoder, reporter);
    return new ResticRepository({
      id: '0'.repeat(64),
      location: backend.location,
      listingLifetime: backend.listingLifetime,
      lost: new AbortController().signal,
      snapshots: new SnapshotStore(backend, decoder, reporter),
      index,
      blobs: new BlobReader(backend, index, decoder),
      cacheBytes: { contents: 1e6, trees: 1e6 },
      closers,
    });
  }

  async decoder(): Promise<InlineDecoder> {
    return new InlineDecoder(await loadTools(KEY, { suite: 'portable', zstd: 'wasm', sha256: 'single' }));
  }

  #addDocument(kind: 'index' | 'snapshot', document: object): string {
    const sealed = suite.seal(Buffer.from(JSON.stringify(document)));
    const name = sha256(sealed);
    this.backend.files.set(`${kind}/${name}`, sealed);
    return name;
  }
}

export function blobId(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
