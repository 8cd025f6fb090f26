/**
 * Contents of small files that a program is expected to read soon. Each is given once, and the kernel's page cache keeps
 * it from then on; those that nobody asks for make room.
 */

import { LRUCache } from 'lru-cache';
import type { Listing, WholeFile } from '../../node.ts';
import type { DirectorySlot } from '../inode-table.ts';
import { idKey, type NodeId } from '../wire/request.ts';

/** Several programs go through folders at once, each with up to 1 MiB of files prepared. */
const MOST_BYTES = 8 * 1024 * 1024;
/** One file may keep the piece of a pack that it was read with, up to 128 KiB. */
const MOST_FILES = 256;

/** Where a file was found. */
export interface Place {
  readonly slot: DirectorySlot;
  readonly listing: Listing;
}

export class PreparedFile {
  readonly place: Place;
  readonly entry: number;
  readonly size: number;
  #decode: WholeFile['bytes'] | undefined;
  #bytes: Uint8Array | undefined;
  /** Whether any of it was asked for. */
  asked = false;

  constructor(place: Place, { entry, size, bytes }: WholeFile) {
    this.place = place;
    this.entry = entry;
    this.size = size;
    this.#decode = bytes;
  }

  get id(): NodeId {
    return { high: this.place.slot.number + 1, low: this.entry };
  }

  get isDecoded(): boolean {
    return this.#decode === undefined;
  }

  /** All of it, or undefined if it is damaged. */
  bytes(): Uint8Array | undefined {
    if (this.#decode !== undefined) {
      this.#bytes = this.#decode();
      this.#decode = undefined;
    }
    return this.#bytes;
  }
}

export class PreparedFiles {
  readonly #files = new LRUCache<string, PreparedFile>({
    max: MOST_FILES,
    maxSize: MOST_BYTES,
    sizeCalculation: ({ size }) => size,
    dispose: (file) => this.#toDecode.delete(file),
  });
  /** In the order in which they will be asked for; some may have been by now. */
  readonly #toDecode = new Set<PreparedFile>();

  put(place: Place, found: readonly WholeFile[]): void {
    for (const whole of found) {
      if (whole.size === 0) continue;
      const file = new PreparedFile(place, whole);
      this.#files.set(idKey(file.id), file);
      this.#toDecode.add(file);
    }
  }

  get(id: NodeId): PreparedFile | undefined {
    return this.#files.get(idKey(id));
  }

  drop(file: PreparedFile): void {
    this.#files.delete(idKey(file.id));
  }

  /** Decodes one that nobody has asked for yet. False if there is none. */
  decodeNext(): boolean {
    for (const file of this.#toDecode) {
      this.#toDecode.delete(file);
      if (file.isDecoded) continue;
      try {
        file.bytes();
      } catch {
        // It fails again when somebody asks, and is explained then.
      }
      return true;
    }
    return false;
  }
}
