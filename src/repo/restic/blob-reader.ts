/**
 * Blob id -> verified bytes: asks the index where it lies, the backend for the sealed bytes, the decoder for the
 * plain ones. Keeps nothing: caching is above, threads are below.
 */

import type { Backend } from '../backend/backend.ts';
import { BackendError } from '../backend/errors.ts';
import { RepositoryError } from '../errors.ts';
import { allocate, type Memory } from '../memory/memory.ts';
import type { FoundContent, LaterBytes } from '../repository.ts';
import type { TreeTable } from '../tree-table.ts';
import { OVERHEAD_BYTES } from './crypto/sealed.ts';
import type { BlobPart, Decoder } from './decode/decoder.ts';
import type { BlobLocation, BlobType } from './index/blob-index.ts';
import type { IndexLoader } from './index/index-loader.ts';
import { type Piece, piecesOf } from './neighbours.ts';
import { asRepositoryError } from './storage-failure.ts';

/**
 * The index says how long a blob is, and memory for all of it is needed, twice, in each thread. restic cuts files
 * into 8 MiB at the most and other programs may choose more; a folder is one blob however many entries it has, and
 * no document here may be larger than 1 GiB.
 */
const MOST_BYTES: Record<BlobType, number> = { data: 64 * 2 ** 20, tree: 2 ** 30 };

const ID_BYTES = 32;
/** Larger ones gain nothing from being read together. */
const MOST_SMALL_BYTES = 128 * 1024;

type ReadFrom<Value> = (location: BlobLocation) => Promise<Value>;

interface Failure {
  readonly location: BlobLocation;
  readonly error: RepositoryError;
}

export class BlobReader {
  readonly #backend: Backend;
  readonly #index: IndexLoader;
  readonly #decoder: Decoder;

  constructor(backend: Backend, index: IndexLoader, decoder: Decoder) {
    this.#backend = backend;
    this.#index = index;
    this.#decoder = decoder;
  }

  /** Rejects with RepositoryError, or with `signal.reason`. */
  data(id: Uint8Array, signal: AbortSignal): Promise<Memory> {
    return this.#fromAnyPack('data', id, signal, async (location) => {
      const { length, uncompressedLength } = location;
      const sealed = this.#decoder.memoryFor(length, uncompressedLength);
      try {
        await this.#read(location, sealed.bytes, signal);
      } catch (error) {
        sealed.free();
        throw error;
      }
      return this.#decoder.blob(sealed, id, uncompressedLength, signal);
    });
  }

  /** Rejects as `data` does. */
  tree(id: Uint8Array, signal: AbortSignal): Promise<TreeTable> {
    return this.#fromAnyPack('tree', id, signal, async (location) => {
      const sealed = allocate(location.length);
      await this.#read(location, sealed, signal);
      return this.#decoder.tree(sealed, id, location.uncompressedLength, signal);
    });
  }

  /**
   * Small data blobs that nobody waits for yet, up to so many bytes in all: those that lie together are read and decoded
   * together, and given to `use` with their places in `ids` as they come. Others are left out, what is no single id too.
   */
  async together(
    ids: readonly Uint8Array[],
    mostBytes: number,
    signal: AbortSignal,
    use: (found: readonly FoundContent[]) => void,
  ): Promise<void> {
    const locations = this.#locateSmall(ids, mostBytes);
    const foundAt = (place: number, bytes: LaterBytes): FoundContent => {
      return { place, size: plainSize(locations[place]!), bytes };
    };
    const readPiece = async (piece: Piece): Promise<void> => {
      const sealed = allocate(piece.length);
      await this.#read(piece, sealed, signal);
      const parts = piece.members.map((place) => blobPartOf(piece, ids[place]!, locations[place]!));
      const blobs = await this.#decoder.blobs(sealed, parts, signal);
      use(blobs.map((bytes, number) => foundAt(piece.members[number]!, bytes)));
    };
    // One that fails fails again when somebody waits for it.
    await Promise.allSettled(piecesOf(locations).map(readPiece));
    signal.throwIfAborted();
  }

  #locateSmall(ids: readonly Uint8Array[], mostBytes: number): (BlobLocation | undefined)[] {
    let bytes = 0;
    return ids.map((id) => {
      const location = id.length === ID_BYTES ? this.#index.blobs.find(id, 'data') : undefined;
      if (location === undefined) return undefined;
      const size = Math.max(location.length, location.uncompressedLength);
      if (size > MOST_SMALL_BYTES || bytes + size > mostBytes) return undefined;
      bytes += size;
      return location;
    });
  }

  /** A blob may lie in several packs: damage in one does not matter while another holds it. */
  async #fromAnyPack<Value>(
    type: BlobType,
    id: Uint8Array,
    signal: AbortSignal,
    readFrom: ReadFrom<Value>,
  ): Promise<Value> {
    const failures: Failure[] = [];
    let places = this.#index.blobs.all(id, type);
    for (let refreshed = false; ; refreshed = true) {
      for (const location of places) {
        try {
          assertBounded(type, location);
          return await readFrom(location);
        } catch (error) {
          signal.throwIfAborted();
          failures.push({ location, error: unreadable(type, id, location, error) });
        }
      }
      // Without a lock, a prune may have moved the blob into a pack of a newer index file.
      if (refreshed || (places.length > 0 && !failures.some(isMissingPack))) break;
      await this.#index.refresh(signal);
      places = this.#index.blobs.all(id, type).filter((place) => !failures.some(isAt(place)));
    }
    throw failures.length > 0 ? allOf(failures) : notInIndex(type, id);
  }

  #read(
    { pack, offset }: { readonly pack: string; readonly offset: number },
    into: Uint8Array,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#backend.readInto({ kind: 'pack', name: pack }, offset, into, signal);
  }
}

function assertBounded(type: BlobType, { length, uncompressedLength }: BlobLocation): void {
  const bytes = Math.max(length, uncompressedLength);
  if (bytes <= MOST_BYTES[type]) return;
  throw new RepositoryError('unsupported', `It has ${bytes} bytes, more than ${MOST_BYTES[type]}`);
}

function plainSize({ length, uncompressedLength }: BlobLocation): number {
  return uncompressedLength || length - OVERHEAD_BYTES;
}

function blobPartOf(piece: Piece, id: Uint8Array, location: BlobLocation): BlobPart {
  const { offset, length, uncompressedLength } = location;
  return { id: hex(id), offset: offset - piece.offset, length, uncompressedLength };
}

/** What to say of a blob that no index file lists. */
export function notInIndex(type: BlobType, id: Uint8Array): RepositoryError {
  return new RepositoryError(
    'damaged',
    `The index has no ${type} blob ${hex(id)}: 'restic check' tells more`,
  );
}

function unreadable(type: BlobType, id: Uint8Array, location: BlobLocation, error: unknown): RepositoryError {
  const known = asRepositoryError(error);
  const code = known instanceof RepositoryError ? known.code : 'damaged';
  const reason = error instanceof Error ? error.message : String(error);
  return new RepositoryError(
    code,
    `Cannot read ${type} blob ${hex(id)} from pack ${location.pack} at byte ${location.offset}: ${reason}`,
    { cause: error },
  );
}

function isMissingPack({ error: { cause } }: Failure): boolean {
  return cause instanceof BackendError && cause.code === 'not-found';
}

function isAt(place: BlobLocation): (failure: Failure) => boolean {
  return ({ location }) => location.pack === place.pack && location.offset === place.offset;
}

/** Damaged only if it is so everywhere: what could not be reached may be whole. */
function allOf(failures: readonly Failure[]): RepositoryError {
  const errors = failures.map(({ error }) => error);
  if (errors.length === 1) return errors[0]!;
  const worst = errors.find(({ code }) => code !== 'damaged') ?? errors[0]!;
  return new RepositoryError(worst.code, `${worst.message} (nor from ${errors.length - 1} other places)`, {
    cause: new AggregateError(errors),
  });
}

function hex(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('hex');
}
