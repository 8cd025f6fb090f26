import { describe, expect, test } from 'vitest';
import { RepositoryError } from '../../../repo/errors.ts';
import { MemoryReporter } from '../../../repo/testing/memory-reporter.ts';
import { makeTreeEntry, TreeTableBuilder } from '../../../repo/tree-table-builder.ts';
import { blankAttributes } from '../../attributes.ts';
import { FsError } from '../../errors.ts';
import { type Directory, EntryKind, type File, type Symlink } from '../../node.ts';
import { readCopy } from '../../testing/read-copy.ts';
import { childOf, listNames, namesOf, never } from '../testing/list-names.ts';
import { type EntryLiteral, MemoryRepository, makeSnapshot } from '../testing/memory-repository.ts';
import { type OwnershipOptions, snapshotDirectory } from '../view.ts';

const AS_STORED: OwnershipOptions = { ownerRoot: false };

/** A snapshot's root with these entries. */
function rootOf(
  entries: readonly EntryLiteral[],
  ownership = AS_STORED,
  repository = new MemoryRepository(),
) {
  const reporter = new MemoryReporter();
  const snapshot = makeSnapshot({ tree: repository.addTree(entries) });
  const root = snapshotDirectory(repository, snapshot, { ownership }, reporter);
  return { root, repository, reporter, snapshot };
}

const STORED = {
  mode: 0o4751,
  uid: 1000,
  gid: 100,
  links: 1,
  accessSeconds: 1,
  accessNanoseconds: 2,
  modifySeconds: -3,
  modifyNanoseconds: 4,
  changeSeconds: 5,
  changeNanoseconds: 6,
};

describe('TreeDirectory', () => {
  test('shows the root of a snapshot as restic does', () => {
    const { root } = rootOf([]);
    const seconds = Date.parse('2021-01-01T00:00:01Z') / 1000;
    expect(root.attributes).toEqual({
      ...blankAttributes(),
      kind: EntryKind.Directory,
      inode: 1n,
      mode: 0o555,
      accessSeconds: seconds,
      modifySeconds: seconds,
      changeSeconds: seconds,
    });
    expect(root.changes).toBe(false);
  });

  test('shows entries with what was stored of them', async () => {
    const { root } = rootOf([
      { name: 'device', ...STORED, kind: EntryKind.BlockDevice, deviceMajor: 8, deviceMinor: 1_000_000 },
      { name: 'file', ...STORED, links: 0, text: 'hello' },
      { name: 'link', ...STORED, kind: EntryKind.Symlink, linkTarget: Buffer.from('a/b\xff', 'latin1') },
    ]);
    const listing = await root.list(never);
    const { inode: _, ...device } = listing.attributes(0, blankAttributes());
    expect(device).toEqual({
      ...STORED,
      kind: EntryKind.BlockDevice,
      size: 0,
      deviceMajor: 8,
      deviceMinor: 1_000_000,
    });
    const file = listing.attributes(1, blankAttributes());
    expect([file.kind, file.size, file.links]).toEqual([EntryKind.File, 5, 1]);
    expect(listing.attributes(2, blankAttributes()).size).toBe(4);
    for (let entry = 0; entry < listing.end; entry++) {
      const node = listing.node(entry);
      expect(node.kind).toBe(listing.kind(entry));
      expect(node.attributes).toEqual(listing.attributes(entry, blankAttributes()));
      expect(node.attributes.inode).toBe(listing.inode(entry));
    }
  });

  test('finds entries by their bytes', async () => {
    const { root } = rootOf([{ name: 'a' }, { name: Buffer.from('\xff', 'latin1') }, { name: 'b' }]);
    const listing = await root.list(never);
    expect(listing.find(Buffer.from('b'))).toBe(1);
    expect(listing.find(Buffer.from('\xff', 'latin1'))).toBe(2);
    expect(listing.find(Buffer.from('ab'))).toBe(-1);
    expect([listing.has(-1), listing.has(0), listing.has(2), listing.has(3)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('leads to folders below, which keep their attributes and extended attributes', async () => {
    const repository = new MemoryRepository();
    const tree = repository.addTree([{ name: 'inner' }]);
    const attribute = { name: bytes('user.a'), value: bytes('1') };
    const entry = { name: 'folder', ...STORED, links: 9, tree, extendedAttributes: [attribute] };
    const { root } = rootOf([entry], AS_STORED, repository);
    const folder = (await childOf(root, 'folder')) as Directory;
    expect(folder.attributes).toMatchObject({ mode: 0o4751, uid: 1000, links: 1, size: 0 });
    expect(folder.extendedAttributes()).toEqual([attribute]);
    expect(await listNames(folder)).toEqual(['inner']);
  });

  test('gives everything the wanted owner and mode', async () => {
    const { root } = rootOf([{ name: 'file', ...STORED }], { ownerRoot: true, gid: 5, umask: 0o27 });
    expect((await childOf(root, 'file')).attributes).toMatchObject({ uid: 0, gid: 5, mode: 0o4750 });
    expect(root.attributes).toMatchObject({ uid: 0, gid: 5, mode: 0o550 });
  });

  test('gives one inode number to hard links of a snapshot, others to those of another', async () => {
    const twin = { links: 2, sourceDeviceLow: 7, sourceInodeHigh: 0x8000_0000, sourceInodeLow: 1 };
    const repository = new MemoryRepository();
    const tree = repository.addTree([{ name: 'c', ...twin }]);
    const entries = [
      { name: 'a', ...twin },
      { name: 'b', ...twin, sourceInodeLow: 2 },
      { name: 'folder', tree },
      { name: 'other', ...twin, sourceDeviceLow: 8 },
      { name: 'unknown1', links: 2 },
      { name: 'unknown2', links: 2 },
    ];
    const { root } = rootOf(entries, AS_STORED, repository);
    const listing = await root.list(never);
    const below = await ((await childOf(root, 'folder')) as Directory).list(never);
    expect(below.inode(0)).toBe(listing.inode(0));
    const numbers = new Set([0, 1, 2, 3, 4, 5].map((entry) => listing.inode(entry)));
    expect(numbers.size).toBe(6);
    expect([0, 1, 2, 3, 4, 5].map((entry) => listing.hardLinked(entry))).toEqual([
      true,
      true,
      false,
      true,
      false,
      false,
    ]);
  });

  test('gives others many turns while it renames 100,000 entries', async () => {
    const names = Array.from({ length: 100_000 }, (_, number) => ({ name: `file ${number}` }));
    const { root } = rootOf([...names, { name: 'a/b' }]);
    let turns = 0;
    let ended = false;
    const listing = root.list(never).finally(() => {
      ended = true;
    });
    while (!ended) {
      await new Promise(setImmediate);
      turns++;
    }
    expect(turns).toBeGreaterThan(20);
    expect((await listing).find(Buffer.from('a%b'))).toBeGreaterThanOrEqual(0);
  });

  test('gives hard links that do not show the same different inode numbers', async () => {
    const twin = { links: 2, sourceDeviceLow: 7, sourceInodeLow: 1 };
    const part = (byte: number) => new Uint8Array(32).fill(byte);
    const file = { ...twin, size: 2, content: Buffer.concat([part(1), part(2)]) };
    const { root } = rootOf([
      { name: 'a', ...file },
      { name: 'b', ...file },
      { name: 'content', ...file, content: Buffer.concat([part(1), part(3)]) },
      { name: 'order', ...file, content: Buffer.concat([part(2), part(1)]) },
      { name: 'size', ...file, size: 2 + 2 ** 32 },
      { name: 'kind', ...twin, kind: EntryKind.Fifo },
      { name: 'link1', ...twin, kind: EntryKind.Symlink, linkTarget: Buffer.from('a') },
      { name: 'link2', ...twin, kind: EntryKind.Symlink, linkTarget: Buffer.from('b') },
    ]);
    const listing = await root.list(never);
    const inode = (name: string) => listing.inode(listing.find(Buffer.from(name)));
    expect(inode('a')).toBe(inode('b'));
    const names = ['a', 'content', 'order', 'size', 'kind', 'link1', 'link2'];
    expect(new Set(names.map(inode)).size).toBe(names.length);
  });

  test('reports a tree that cannot be read once, by its path, and fails with EIO', async () => {
    const { root, reporter } = rootOf([{ name: 'lost', tree: new Uint8Array(32) }]);
    const folder = (await childOf(root, 'lost')) as Directory;
    const failures = await Promise.allSettled([folder.list(never), folder.list(never)]);
    for (const failure of failures) {
      const { reason } = failure as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(FsError);
      expect(reason.code).toBe('EIO');
      expect(reason.cause).toBeInstanceOf(RepositoryError);
    }
    expect(reporter.warnings).toEqual([`Cannot read "/lost": The index has no tree blob ${'00'.repeat(32)}`]);
  });

  test('says so when a backup holds no contents of a folder', async () => {
    const { root, reporter } = rootOf([{ name: 'folder', kind: EntryKind.Directory }]);
    await expect(((await childOf(root, 'folder')) as Directory).list(never)).rejects.toMatchObject({
      code: 'EIO',
    });
    expect(reporter.warnings).toEqual([
      'Cannot read "/folder": The backup does not hold the contents of this folder',
    ]);
  });

  test('rejects with the reason of an abort, and reports nothing', async () => {
    const { root, repository, reporter } = rootOf([{ name: 'a' }]);
    repository.gate = new Promise(() => undefined);
    const leaving = new AbortController();
    const listing = root.list(leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(listing).rejects.toThrow('gone');
    expect(reporter.warnings).toEqual([]);
  });

  test('reports nothing of its own when the lock is lost', async () => {
    const { root, repository, reporter } = rootOf([]);
    repository.treeFailure = new RepositoryError('lost', 'The lock was lost');
    await expect(root.list(never)).rejects.toMatchObject({ code: 'EIO' });
    expect(reporter.warnings).toEqual([]);
  });

  test('asks for its tree once while it is listed in parts', async () => {
    const { root, repository } = rootOf([{ name: 'a' }]);
    for (let part = 0; part < 3; part++) await root.list(never);
    expect(repository.asked.trees).toBe(1);
  });

  test('renames its entries once for as long as its tree is kept', async () => {
    const repository = new MemoryRepository();
    const tree = repository.addTree([{ name: 'plain' }]);
    const { root } = rootOf([{ name: 'a/b' }, { name: 'other', tree }], AS_STORED, repository);
    const first = await root.list(never);
    const other = (await childOf(root, 'other')) as Directory;
    await other.list(never);
    const second = await root.list(never);
    expect(second.name(0)).toBe(first.name(0));
    expect(namesOf(second)).toEqual(['a%b', 'other']);
  });

  test('tells once of entries that cannot be shown', async () => {
    const repository = new MemoryRepository();
    const reporter = new MemoryReporter();
    const snapshot = makeSnapshot({ tree: repository.addTree([{ name: 'a' }], 3) });
    const root = snapshotDirectory(repository, snapshot, { ownership: AS_STORED }, reporter);
    await root.list(never);
    await root.list(never);
    expect(reporter.warnings).toEqual(['"/" has 3 entries of a kind that cannot be shown']);
  });
});

describe('TreeDirectory with names that cannot be shown', () => {
  test('shows each entry under a name of its own', async () => {
    const long = 'x'.repeat(1025);
    const { root, reporter } = rootOf([
      { name: '' },
      { name: '..' },
      { name: 'a/b', text: 'slash' },
      { name: 'a%b', text: 'percent' },
      { name: 'a\0b' },
      { name: 'twice', text: 'first' },
      { name: 'twice', text: 'second' },
      { name: long },
    ]);
    const names = await listNames(root);
    expect(names.map((name) => (name.length > 100 ? name.slice(1000) : name)).sort()).toEqual([
      '%',
      '%%',
      'a%b',
      'a%b%2',
      'a%b%3',
      'twice',
      'twice%2',
      expect.stringMatching(/^x{15}%[0-9a-f]{8}$/),
    ]);
    expect(await textOf(await childOf(root, 'a%b'))).toBe('percent');
    expect(await textOf(await childOf(root, 'a%b%3'))).toBe('slash');
    expect(await textOf(await childOf(root, 'twice%2'))).toBe('second');
    expect(reporter.warnings).toEqual([
      `"/" has 6 names that cannot be shown as stored: "" is "%", ".." is "%%", "a\0b" is "a%b%2" and 3 more`,
    ]);
  });

  test('finds what it lists, with inode numbers of its own', async () => {
    const { root } = rootOf([
      { name: 'a/b' },
      { name: 'same' },
      { name: 'same' },
      { name: 'z', mode: 0o640 },
    ]);
    const listing = await root.list(never);
    const inodes = new Set<bigint>();
    for (let entry = 0; entry < listing.end; entry++) {
      expect(listing.find(listing.name(entry))).toBe(entry);
      expect(listing.node(entry).attributes).toEqual(listing.attributes(entry, blankAttributes()));
      inodes.add(listing.inode(entry));
    }
    expect(inodes.size).toBe(4);
    expect(listing.find(Buffer.from('a/b'))).toBe(-1);
    expect(listing.attributes(listing.find(Buffer.from('z')), blankAttributes()).mode).toBe(0o640);
  });

  test.each(['.', '/'])('puts the contents of a folder named %s in its place', async (name) => {
    const repository = new MemoryRepository();
    const tree = repository.addTree([{ name: 'inner', text: 'x' }]);
    const { root, reporter } = rootOf([{ name, tree }, { name: 'beside' }], AS_STORED, repository);
    expect((await listNames(root)).sort()).toEqual(['beside', 'inner']);
    expect(await textOf(await childOf(root, 'inner'))).toBe('x');
    expect(reporter.warnings).toEqual([]);
  });

  test('goes only one level into such folders', async () => {
    const repository = new MemoryRepository();
    let tree = repository.addTree([{ name: 'deep' }]);
    for (let depth = 0; depth < 3; depth++) tree = repository.addTree([{ name: '.', tree }]);
    const { root } = rootOf([{ name: '.', tree }, { name: 'beside' }], AS_STORED, repository);
    expect(await listNames(root)).toEqual(['%', 'beside']);
  });

  test('shows a file named . as a file', async () => {
    const { root } = rootOf([{ name: '.', text: 'x' }]);
    expect(await listNames(root)).toEqual(['%']);
  });

  test('names 100,000 entries of one name in a time that grows with their number', async () => {
    const repository = new MemoryRepository();
    const builder = new TreeTableBuilder();
    for (let i = 0; i < 100_000; i++) builder.add(makeTreeEntry({ name: Buffer.from('same') }));
    const snapshot = makeSnapshot({ tree: repository.addTable(builder.finish()) });
    const root = snapshotDirectory(repository, snapshot, { ownership: AS_STORED }, new MemoryReporter());
    expect(new Set(await listNames(root)).size).toBe(100_000);
  });
});

describe('TreeDirectory, for programs that go through it,', () => {
  const wrapped = (entries: readonly EntryLiteral[], repository: MemoryRepository): EntryLiteral[] => [
    // A name that cannot be shown makes the folder a renamed one.
    { name: 'with/slash', text: 'renamed' },
    { name: 'more', kind: EntryKind.Directory, tree: repository.addTree([]) },
    ...entries,
  ];

  test.each(['plain', 'renamed'])('prepares the folders that it is asked for: %s', async (kind) => {
    const repository = new MemoryRepository();
    const tree = repository.addTree([{ name: 'inside', text: 'x' }]);
    const entries = [
      { name: 'file', text: 'x' },
      { name: 'folder', kind: EntryKind.Directory, tree },
    ];
    const { root } = rootOf(kind === 'plain' ? entries : wrapped(entries, repository), AS_STORED, repository);
    const listing = await root.list(never);
    listing.prepareFolders([listing.find(bytes('folder'))]);
    expect(repository.prepared).toEqual([Buffer.from(tree).toString('hex')]);
  });

  test.each(['plain', 'renamed'])(
    'gives whole contents by entry, without those that are not as recorded: %s',
    async (kind) => {
      const repository = new MemoryRepository();
      const entries = [
        { name: 'a', text: 'first' },
        { name: 'b', text: 'second', size: 7 },
        { name: 'c', text: 'third' },
      ];
      const { root } = rootOf(
        kind === 'plain' ? entries : wrapped(entries, repository),
        AS_STORED,
        repository,
      );
      const listing = await root.list(never);
      const wanted = ['c', 'b', 'a'].map((name) => listing.find(bytes(name)));
      const found = new Map<number, string>();
      await listing.readTogether(wanted, 1000, never, (some) => {
        for (const { entry, bytes: content } of some) found.set(entry, Buffer.from(content()!).toString());
      });
      expect([...found]).toEqual([
        [wanted[0], 'third'],
        [wanted[2], 'first'],
      ]);
    },
  );
});

describe('TreeFile', () => {
  test('reads what was backed up', async () => {
    const { root } = rootOf([{ name: 'file', text: 'hello' }]);
    const file = (await childOf(root, 'file')) as File;
    const open = await file.open(never);
    expect(open.size).toBe(5);
    expect(Buffer.concat(await readCopy(open, 1, 3, never)).toString()).toBe('ell');
  });

  test('is as long as its content, and says so where its entry has another size', async () => {
    const { root, reporter } = rootOf([{ name: 'file', text: 'hello', size: 99 }]);
    const file = (await childOf(root, 'file')) as File;
    expect(file.attributes.size).toBe(99);
    expect((await file.open(never)).size).toBe(5);
    expect(reporter.warnings).toEqual([
      expect.stringMatching(/^The content of "\/file" has 5 bytes.*says 99/),
    ]);
  });

  test('fails with EIO at open when a blob is unknown, and says which file it is', async () => {
    const { root, reporter } = rootOf([{ name: 'file', content: new Uint8Array(32) }]);
    const file = (await childOf(root, 'file')) as File;
    await expect(file.open(never)).rejects.toMatchObject({ code: 'EIO', cause: expect.any(RepositoryError) });
    expect(reporter.warnings).toEqual([`Cannot read "/file": The index has no data blob ${'00'.repeat(32)}`]);
  });

  test('fails with EIO where a blob is damaged, and says so once', async () => {
    const { root, repository, reporter } = rootOf([{ name: 'file', text: 'hello' }]);
    const open = await ((await childOf(root, 'file')) as File).open(never);
    repository.readFailure = new RepositoryError('damaged', 'Cannot read data blob 12 from pack 34');
    await expect(readCopy(open, 0, 5, never)).rejects.toMatchObject({ code: 'EIO' });
    await expect(readCopy(open, 0, 5, never)).rejects.toMatchObject({ code: 'EIO' });
    expect(reporter.warnings).toEqual(['Cannot read "/file": Cannot read data blob 12 from pack 34']);
  });
});

test('TreeSymlink has the target that was stored, byte by byte', async () => {
  const target = Uint8Array.of(0x2e, 0x2e, 0x2f, 0xff);
  const { root } = rootOf([{ name: 'link', kind: EntryKind.Symlink, linkTarget: target }]);
  const link = (await childOf(root, 'link')) as Symlink;
  expect(await link.target(never)).toEqual(target);
});

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function textOf(node: unknown): Promise<string> {
  const open = await (node as File).open(never);
  return Buffer.concat(await readCopy(open, 0, open.size, never)).toString();
}
