import { describe, expect, test } from 'vitest';
import { makeRandom } from '../../testing/random.ts';
import type { Directory, Node } from '../node.ts';
import { changingFolder, file, folder, MemoryDirectory } from '../testing/memory-view.ts';
import { type DirectorySlot, InodeTable } from './inode-table.ts';
import type { NodeId } from './wire/request.ts';

const ROOT = { high: 0, low: 1 };
const SIGNAL = new AbortController().signal;

async function lookUp(table: InodeTable, parent: NodeId, name: string): Promise<NodeId> {
  const slot = await table.pin(parent, SIGNAL);
  const listing = await slot.directory.list(SIGNAL);
  const id = table.remember(slot, listing, listing.find(Buffer.from(name)));
  table.unpin(slot);
  return id;
}

describe('InodeTable', () => {
  test('needs memory for directories in use only', async () => {
    const files = Array.from({ length: 1000 }, (_, i) => [`f${i}`, file('')] as const);
    const table = new InodeTable(folder([['many', folder(files)]]));
    const many = await lookUp(table, ROOT, 'many');
    expect(table.size).toBe(1);
    for (const [name] of files) await lookUp(table, many, name);
    expect(table.size).toBe(2);
  });

  test('releases a slot with the last lookup, and then the parents that it kept', async () => {
    const table = new InodeTable(folder({ a: folder({ b: folder({ c: file('') }) }) }));
    const a = await lookUp(table, ROOT, 'a');
    const b = await lookUp(table, a, 'b');
    const c = await lookUp(table, b, 'c');
    await lookUp(table, b, 'c');
    table.forget(b, 1);
    table.forget(c, 1);
    expect(table.size).toBe(3);
    table.forget(c, 1);
    expect(table.size).toBe(1);
  });

  test('keeps a slot while it is pinned', async () => {
    const table = new InodeTable(folder({ a: folder({}) }));
    const a = await lookUp(table, ROOT, 'a');
    const slot = await table.pin(a, SIGNAL);
    table.forget(a, 1);
    expect(table.size).toBe(2);
    table.unpin(slot);
    expect(table.size).toBe(1);
  });

  test('makes one slot for concurrent users of a directory', async () => {
    const table = new InodeTable(folder({ a: folder({}) }));
    const a = await lookUp(table, ROOT, 'a');
    const [one, two] = await Promise.all([table.pin(a, SIGNAL), table.pin(a, SIGNAL)]);
    expect(one).toBe(two);
    expect(one.pins).toBe(2);
  });

  test('gives hard-linked files one nodeid, in several directories, until its slot goes', async () => {
    const linked = file('x', { links: 2 });
    const table = new InodeTable(folder({ a: folder({ one: linked }), b: folder({ two: linked }) }));
    const a = await lookUp(table, ROOT, 'a');
    const b = await lookUp(table, ROOT, 'b');
    const one = await lookUp(table, a, 'one');
    expect(await lookUp(table, b, 'two')).toEqual(one);
    expect(table.size).toBe(2);
    table.forget(one, 2);
    expect([table.size, table.hardLinks]).toEqual([1, 0]);
    const two = await lookUp(table, b, 'two');
    expect(two).not.toEqual(one);
    expect(await table.node(two, SIGNAL)).toBe(linked);
  });

  test('does not use a number again while others are free, and never one in use', async () => {
    const table = new InodeTable(
      folder({ a: folder({ x: file('') }), b: folder({ x: file('') }) }),
      0xffff_fffd,
    );
    const a = await lookUp(table, ROOT, 'a');
    const b = await lookUp(table, ROOT, 'b');
    const last = await lookUp(table, a, 'x');
    expect(last.high).toBe(0xffff_ffff);
    const wrapped = await lookUp(table, b, 'x');
    expect(wrapped.high).toBe(2);
    table.forget(wrapped, 1);
    expect((await lookUp(table, b, 'x')).high).toBe(3);
  });

  test('rejects what is not there', async () => {
    const root = changingFolder({ gone: file(''), here: file('') });
    const table = new InodeTable(root);
    const gone = await lookUp(table, ROOT, 'gone');
    root.remove('gone');
    await expect(table.locate(gone, SIGNAL)).rejects.toMatchObject({ code: 'ESTALE' });
    await expect(table.locate({ high: 77, low: 0 }, SIGNAL)).rejects.toMatchObject({ code: 'ESTALE' });
    await expect(table.locate({ high: 1, low: 99 }, SIGNAL)).rejects.toMatchObject({ code: 'ESTALE' });
    await expect(table.pin(await lookUp(table, ROOT, 'here'), SIGNAL)).rejects.toMatchObject({
      code: 'ENOTDIR',
    });
  });

  test('holds exactly the directories that a naive model holds, over random lookups and forgets', async () => {
    const random = makeRandom(42);
    const root = randomTree(random, 4);
    const parents = parentsOf(root);
    const table = new InodeTable(root);
    const held: Held[] = [];
    const pinned: DirectorySlot[] = [];
    for (let step = 0; step < 4000; step++) {
      const folders = held.filter(({ node }) => node instanceof MemoryDirectory);
      const at = folders[Math.floor(random() * (folders.length + 1))] ?? {
        id: ROOT,
        within: root,
        node: root,
      };
      const dice = random();
      if (dice < 0.45) held.push(await lookUpAny(table, at, random));
      else if (dice < 0.5) pinned.push(await table.pin(at.id, SIGNAL));
      else if (dice < 0.55 && pinned.length > 0) table.unpin(pinned.shift()!);
      else if (held.length > 0) table.forget(held.splice(Math.floor(random() * held.length), 1)[0]!.id, 1);
      expect(table.size).toBe(modelSize(root, parents, held, pinned));
    }
    for (const { id, node } of held) expect(await table.node(id, SIGNAL)).toBe(node);
    for (const { id } of held) table.forget(id, 1);
    for (const slot of pinned) table.unpin(slot);
    expect([table.size, table.hardLinks]).toEqual([1, 0]);
  });
});

/** A lookup that the kernel holds. */
interface Held {
  readonly id: NodeId;
  readonly within: Directory;
  readonly node: Node;
}

/** The directories in which something is held or that are pinned, with all directories above them. */
function modelSize(
  root: Directory,
  parents: ReadonlyMap<Directory, Directory>,
  held: readonly Held[],
  pinned: readonly DirectorySlot[],
): number {
  const inUse = new Set([root]);
  for (const start of [...held.map(({ within }) => within), ...pinned.map(({ directory }) => directory)]) {
    for (let at: Directory | undefined = start; at !== undefined; at = parents.get(at)) inUse.add(at);
  }
  return inUse.size;
}

async function lookUpAny(table: InodeTable, at: Held, random: () => number): Promise<Held> {
  const slot = await table.pin(at.id, SIGNAL);
  const listing = await slot.directory.list(SIGNAL);
  const entry = Math.floor(random() * listing.end);
  const id = table.remember(slot, listing, entry);
  table.unpin(slot);
  return { id, within: slot.directory, node: listing.node(entry) };
}

function parentsOf(root: MemoryDirectory): Map<Directory, Directory> {
  const parents = new Map<Directory, Directory>();
  for (const directory of root.directories()) {
    for (const node of directory.nodes()) if (node instanceof MemoryDirectory) parents.set(node, directory);
  }
  return parents;
}

function randomTree(random: () => number, depth: number): MemoryDirectory {
  const entries = Array.from({ length: 4 }, (_, i) => {
    const isFolder = depth > 0 && random() < 0.6;
    return [`n${i}`, isFolder ? randomTree(random, depth - 1) : file('')] as const;
  });
  return folder(entries);
}
