/**
 * A View from memory, for the tests of drivers: folders, files, links and devices as literals, and the things
 * that go wrong (damaged, stuck, changing). Knows no driver and no repository.
 */

import { FsError } from '../errors.ts';
import {
  type Attributes,
  type Directory,
  EntryKind,
  type ExtendedAttribute,
  type Listing,
  type Node,
  type OpenFile,
  type StoredFacts,
  type View,
  type WholeFile,
} from '../node.ts';
import { readCopy } from './read-copy.ts';

export type MemoryOptions = Partial<Attributes> & {
  /** Names and values as latin1 text or bytes. */
  readonly extended?: readonly (readonly [name: string | Uint8Array, value: string | Uint8Array])[];
  /** What a backup says besides. */
  readonly facts?: StoredFacts;
};

/** A Directory over entries that are nodes; changes keep the entry numbers' meaning. */
export class MemoryDirectory implements Directory {
  readonly kind = EntryKind.Directory;
  readonly attributes: Attributes;
  readonly changes: boolean;
  readonly #extended: readonly ExtendedAttribute[];
  readonly #facts: StoredFacts;
  readonly #entries: ({ readonly name: Uint8Array; readonly node: Node } | undefined)[] = [];
  readonly #numbers = new Map<string, number>();
  /** Entries of the folders that were prepared so far. */
  readonly prepared: number[] = [];
  /** Files whose contents were given ahead so far. */
  givenTogether = 0;
  /** Calls of `list` so far. */
  listed = 0;
  /** What `list` rejects with, if anything. */
  failure: FsError | undefined;

  constructor(changes: boolean, options: MemoryOptions) {
    this.changes = changes;
    const { extended, facts = {}, ...attributes } = options;
    this.attributes = makeAttributes(EntryKind.Directory, 0o755, attributes);
    this.#extended = makeExtended(extended);
    this.#facts = facts;
  }

  storedFacts(): StoredFacts {
    return this.#facts;
  }

  extendedAttributes(): readonly ExtendedAttribute[] {
    return this.#extended;
  }

  async list(signal: AbortSignal): Promise<Listing> {
    signal.throwIfAborted();
    this.listed++;
    if (this.failure) throw this.failure;
    return {
      end: this.#entries.length,
      prepareFolders: (entries) => void this.prepared.push(...entries),
      readTogether: (entries, mostBytes, caller, use) => this.#readTogether(entries, mostBytes, caller, use),
      has: (entry) => this.#entries[entry] !== undefined,
      find: (name) => this.#numbers.get(keyOf(name)) ?? -1,
      name: (entry) => this.#at(entry).name,
      kind: (entry) => this.#at(entry).node.kind,
      inode: (entry) => this.#at(entry).node.attributes.inode,
      attributes: (entry, into) => Object.assign(into, this.#at(entry).node.attributes),
      hardLinked: (entry) => this.#at(entry).node.attributes.links > 1,
      node: (entry) => this.#at(entry).node,
    };
  }

  async #readTogether(
    entries: readonly number[],
    mostBytes: number,
    signal: AbortSignal,
    use: (found: readonly WholeFile[]) => void,
  ): Promise<void> {
    const found: WholeFile[] = [];
    let bytes = 0;
    for (const entry of entries) {
      const { node } = this.#at(entry);
      if (node.kind !== EntryKind.File) continue;
      const content = await node.open(signal);
      bytes += content.size;
      if (content.size !== node.attributes.size || content.size === 0 || bytes > mostBytes) continue;
      const slices = await readCopy(content, 0, content.size, signal).catch(() => undefined);
      if (slices !== undefined) {
        found.push({ entry, size: content.size, bytes: () => Buffer.concat(slices) });
      }
    }
    this.givenTogether += found.length;
    use(found);
  }

  /** Adds or replaces; for directories that change also while mounted. */
  set(name: string | Uint8Array, node: Node): void {
    this.#drop(name);
    const bytes = toBytes(name);
    this.#numbers.set(keyOf(bytes), this.#entries.length);
    this.#entries.push({ name: bytes, node });
  }

  remove(name: string | Uint8Array): void {
    this.#drop(name);
  }

  nodes(): Node[] {
    return this.#entries.flatMap((entry) => (entry ? [entry.node] : []));
  }

  /** All directories of this tree, itself included. */
  *directories(): Generator<MemoryDirectory> {
    yield this;
    for (const node of this.nodes()) if (node instanceof MemoryDirectory) yield* node.directories();
  }

  #at(entry: number): { readonly name: Uint8Array; readonly node: Node } {
    const found = this.#entries[entry];
    if (found === undefined) throw new RangeError(`No entry ${entry}`);
    return found;
  }

  #drop(name: string | Uint8Array): void {
    const key = keyOf(toBytes(name));
    const entry = this.#numbers.get(key);
    if (entry === undefined) return;
    this.#entries[entry] = undefined;
    this.#numbers.delete(key);
  }
}

export type Entries = Readonly<Record<string, Node>> | readonly (readonly [string | Uint8Array, Node])[];

export function folder(entries: Entries, options: MemoryOptions = {}): MemoryDirectory {
  return fill(new MemoryDirectory(false, options), entries);
}

/** Its `set` and `remove` reach the drivers that mount it. */
export function changingFolder(entries: Entries, options: MemoryOptions = {}): MemoryDirectory {
  return fill(new MemoryDirectory(true, options), entries);
}

function fill(directory: MemoryDirectory, entries: Entries): MemoryDirectory {
  const list = Array.isArray(entries) ? entries : Object.entries(entries);
  for (const [name, node] of list) directory.set(name, node);
  return directory;
}

export function file(content: string | Uint8Array | OpenFile, options: MemoryOptions = {}): Node {
  const open = isOpenFile(content) ? content : bytesContent(toBytes(content));
  const { extended, facts = {}, ...attributes } = options;
  const list = makeExtended(extended);
  return {
    kind: EntryKind.File,
    storedFacts: () => facts,
    attributes: makeAttributes(EntryKind.File, 0o644, { size: open.size, ...attributes }),
    extendedAttributes: () => list,
    open: async (signal) => {
      signal.throwIfAborted();
      return open;
    },
  };
}

export function symlink(
  target: string | Uint8Array,
  options: MemoryOptions & { readonly leadsToFolder?: boolean } = {},
): Node {
  const bytes = toBytes(target);
  const { extended, facts = {}, leadsToFolder, ...attributes } = options;
  const list = makeExtended(extended);
  return {
    kind: EntryKind.Symlink,
    storedFacts: () => facts,
    attributes: makeAttributes(EntryKind.Symlink, 0o777, { size: bytes.length, ...attributes }),
    extendedAttributes: () => list,
    target: async () => bytes,
    leadsToFolder,
  };
}

export function special(
  kind:
    | typeof EntryKind.BlockDevice
    | typeof EntryKind.CharDevice
    | typeof EntryKind.Fifo
    | typeof EntryKind.Socket,
  options: MemoryOptions = {},
): Node {
  return { kind, attributes: makeAttributes(kind, 0o600, options), extendedAttributes: () => [] };
}

/** Any size at no cost: the eight bytes at offset 8n are n, little-endian. */
export function countingContent(size: number): OpenFile {
  return {
    size,
    read: async (offset, length, _signal, use) => {
      const first = Math.floor(offset / 8);
      const words = new BigUint64Array(Math.ceil((offset + length) / 8) - first);
      for (let i = 0; i < words.length; i++) words[i] = BigInt(first + i);
      await use([new Uint8Array(words.buffer, offset - first * 8, length)]);
    },
  };
}

/** Zeros but for a few pieces of text, at no cost. */
export function sparseContent(
  size: number,
  pieces: readonly (readonly [offset: number, text: string])[],
): OpenFile {
  return {
    size,
    read: async (offset, length, _signal, use) => {
      const bytes = Buffer.alloc(length);
      for (const [at, text] of pieces) {
        const piece = Buffer.from(text);
        const skipped = Math.max(0, offset - at);
        if (at < offset + length && skipped < piece.length)
          piece.copy(bytes, Math.max(0, at - offset), skipped);
      }
      await use([bytes]);
    },
  };
}

/** Any size from one block of memory, again and again, without copying: for measurements. */
export function repeatedContent(size: number, block: Uint8Array): OpenFile {
  return {
    size,
    read: async (offset, length, _signal, use) => {
      const slices: Uint8Array[] = [];
      for (let at = offset; at < offset + length; ) {
        const start = at % block.length;
        const end = Math.min(block.length, start + offset + length - at);
        slices.push(block.subarray(start, end));
        at += end - start;
      }
      await use(slices);
    },
  };
}

/** Each read rejects: what a damaged pack looks like. */
export function damagedContent(size: number): OpenFile {
  return {
    size,
    read: async () => {
      throw new FsError('EIO', 'Damaged on purpose');
    },
  };
}

export interface StuckContent extends OpenFile {
  /** Reads that wait now. */
  readonly waiting: number;
  /** Resolves when a read waits. */
  readonly begun: Promise<void>;
}

/** Reads wait until their signal ends: a backend that does not answer. */
export function stuckContent(size: number): StuckContent {
  let waiting = 0;
  let begin: () => void = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  return {
    size,
    begun,
    get waiting() {
      return waiting;
    },
    read: (_offset, _length, signal) => {
      waiting++;
      begin();
      return new Promise((_, reject) => {
        const give = (): void => {
          waiting--;
          reject(signal.reason);
        };
        if (signal.aborted) give();
        else signal.addEventListener('abort', give, { once: true });
      });
    },
  };
}

/** The root gets inode number 1. */
export function memoryView(root: MemoryDirectory): View {
  root.attributes.inode = 1n;
  return {
    root,
    statistics: () => ({ bytes: 123_456_789, nodes: 4_242 }),
  };
}

function bytesContent(bytes: Uint8Array): OpenFile {
  return {
    size: bytes.length,
    read: async (offset, length, signal, use) => {
      signal.throwIfAborted();
      await use([bytes.subarray(offset, offset + length)]);
    },
  };
}

function isOpenFile(content: string | Uint8Array | OpenFile): content is OpenFile {
  return typeof content === 'object' && 'read' in content;
}

/** Beyond 2^53, so that a driver that loses bits is seen. */
let lastInode = 0x7123_4567_0000_0000n;

function makeAttributes(kind: EntryKind, mode: number, given: Partial<Attributes>): Attributes {
  return {
    kind,
    inode: ++lastInode,
    mode,
    links: 1,
    uid: 0,
    gid: 0,
    size: 0,
    deviceMajor: 0,
    deviceMinor: 0,
    accessSeconds: 1_700_000_000,
    accessNanoseconds: 1,
    modifySeconds: 1_600_000_000,
    modifyNanoseconds: 123_456_789,
    changeSeconds: 1_650_000_000,
    changeNanoseconds: 999_999_999,
    ...given,
  };
}

function makeExtended(list: MemoryOptions['extended'] = []): ExtendedAttribute[] {
  return list.map(([name, value]) => ({ name: toBytes(name), value: toBytes(value) }));
}

/** Text becomes UTF-8. */
function toBytes(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? Buffer.from(text) : text;
}

function keyOf(name: Uint8Array): string {
  return Buffer.from(name.buffer, name.byteOffset, name.length).toString('latin1');
}
