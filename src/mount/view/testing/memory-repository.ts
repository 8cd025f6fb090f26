/** A repository whose trees and files are literals, in the real tables. For tests of the view. */

import { createHash } from 'node:crypto';
import { EntryKind } from '../../../entry-kind.ts';
import { RepositoryError } from '../../../repo/errors.ts';
import type { Content, FoundContent, Repository, Snapshot, Usage } from '../../../repo/repository.ts';
import type { TreeTable } from '../../../repo/tree-table.ts';
import { makeTreeEntry, type TreeEntry, TreeTableBuilder } from '../../../repo/tree-table-builder.ts';

export { MemoryReporter } from '../../../repo/testing/memory-reporter.ts';

/** What a tree is made of; `name` as text or bytes, folders with `tree`, files with `text`. */
export interface EntryLiteral extends Partial<Omit<TreeEntry, 'name'>> {
  readonly name: string | Uint8Array;
  /** The id that addTree gave. */
  readonly tree?: Uint8Array;
  readonly text?: string;
}

export class MemoryRepository implements Repository {
  readonly id = 'e'.repeat(64);
  readonly location = 'memory';
  readonly lost = new AbortController().signal;
  listingLifetime = 1000;
  /** Oldest first, as a repository gives them. */
  current: Snapshot[] = [];
  /** What the next calls reject with, by what they are asked for; undefined for none. */
  snapshotsFailure: Error | undefined;
  treeFailure: Error | undefined;
  readFailure: Error | undefined;
  /** What calls wait for before they answer. */
  gate: Promise<void> = Promise.resolve();
  /** Trees that were prepared, by their ids in hex. */
  readonly prepared: string[] = [];
  readonly asked = { snapshots: 0, trees: 0 };
  readonly #trees = new Map<string, TreeTable>();
  readonly #texts = new Map<string, Uint8Array>();

  async snapshots(signal: AbortSignal): Promise<readonly Snapshot[]> {
    this.asked.snapshots++;
    await this.#pass(signal);
    if (this.snapshotsFailure !== undefined) throw this.snapshotsFailure;
    return this.current;
  }

  async tree(id: Uint8Array, signal: AbortSignal): Promise<TreeTable> {
    this.asked.trees++;
    await this.#pass(signal);
    if (this.treeFailure !== undefined) throw this.treeFailure;
    const table = this.#trees.get(hex(id));
    if (table === undefined) throw new RepositoryError('damaged', `The index has no tree blob ${hex(id)}`);
    return table;
  }

  async content(ids: Uint8Array, signal: AbortSignal): Promise<Content> {
    await this.#pass(signal);
    const bytes = ids.length === 0 ? new Uint8Array(0) : this.#texts.get(hex(ids));
    if (bytes === undefined) throw new RepositoryError('damaged', `The index has no data blob ${hex(ids)}`);
    return {
      size: bytes.length,
      read: async (offset, length, _signal, use) => {
        if (this.readFailure !== undefined) throw this.readFailure;
        await use([bytes.subarray(offset, offset + length)]);
      },
    };
  }

  prepareTree(id: Uint8Array): void {
    this.prepared.push(hex(id));
  }

  async readTogether(
    contents: readonly Uint8Array[],
    _mostBytes: number,
    _signal: AbortSignal,
    use: (found: readonly FoundContent[]) => void,
  ): Promise<void> {
    const texts = contents.map((ids) => this.#texts.get(hex(ids)));
    use(
      texts.flatMap((bytes, place) =>
        bytes === undefined ? [] : [{ place, size: bytes.length, bytes: () => bytes }],
      ),
    );
  }

  usage(): Usage {
    return { bytes: 12_345, blobs: 67 };
  }

  async close(): Promise<void> {}

  addTree(entries: readonly EntryLiteral[], omitted = 0): Uint8Array {
    const builder = new TreeTableBuilder();
    for (const entry of entries) builder.add(this.#toEntry(entry));
    for (let i = 0; i < omitted; i++) builder.omit();
    return this.addTable(builder.finish());
  }

  addTable(table: TreeTable): Uint8Array {
    const id = sha256(new Uint8Array(table.buffer));
    this.#trees.set(hex(id), table);
    return id;
  }

  #toEntry({ name, tree, text, ...rest }: EntryLiteral): TreeEntry {
    const entry = makeTreeEntry({ ...rest, name: typeof name === 'string' ? Buffer.from(name) : name });
    if (tree !== undefined) Object.assign(entry, { kind: EntryKind.Directory, subtree: tree });
    if (text !== undefined) {
      const bytes = Buffer.from(text);
      const id = sha256(bytes);
      this.#texts.set(hex(id), bytes);
      Object.assign(entry, { content: bytes.length === 0 ? bytes : id, size: entry.size || bytes.length });
    }
    return entry;
  }

  /** Waits for the gate as real work would: no longer than the signal lets it. */
  async #pass(signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const aborted = new Promise<void>((fulfil) => {
      signal.addEventListener('abort', () => fulfil(), { signal: done.signal });
    });
    await Promise.race([this.gate, aborted]);
    done.abort();
    signal.throwIfAborted();
  }
}

/** A snapshot of `tree`; `id` is filled up to 64 digits, `time` is ISO 8601 in UTC. */
export function makeSnapshot(values: Partial<Omit<Snapshot, 'time'>> & { time?: string }): Snapshot {
  const { id = '1', time = '2021-01-01T00:00:01Z', ...rest } = values;
  return {
    tree: new Uint8Array(32),
    paths: ['/src'],
    hostname: 'host',
    username: 'user',
    uid: 0,
    gid: 0,
    tags: [],
    document: {},
    ...rest,
    id: id.padEnd(64, '0'),
    time: { seconds: Date.parse(time) / 1000, nanoseconds: 0, offsetSeconds: 0 },
  };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

function hex(id: Uint8Array): string {
  return Buffer.from(id).toString('hex');
}
