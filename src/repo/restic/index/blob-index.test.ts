import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { BlobIndex } from './blob-index.ts';
import type { IndexColumns } from './index-decoder.ts';

interface Blob {
  readonly name: string;
  readonly pack: string;
  readonly type?: number;
  readonly offset?: number;
  readonly length?: number;
  readonly uncompressedLength?: number;
}

function idOf(name: string): Buffer {
  return createHash('sha256').update(name).digest();
}

function columnsOf(blobs: readonly Blob[], supersedes: readonly string[] = []): IndexColumns {
  const packs = [...new Set(blobs.map((blob) => blob.pack))];
  return {
    supersedes,
    packIds: Buffer.concat(packs.map((pack) => idOf(pack))),
    blobIds: Buffer.concat(blobs.map((blob) => idOf(blob.name))),
    packs: Uint32Array.from(blobs, (blob) => packs.indexOf(blob.pack)),
    offsets: Uint32Array.from(blobs, (blob) => blob.offset ?? 0),
    lengths: Uint32Array.from(blobs, (blob) => blob.length ?? 132),
    uncompressedLengths: Uint32Array.from(blobs, (blob) => blob.uncompressedLength ?? 0),
    types: Uint8Array.from(blobs, (blob) => blob.type ?? 0),
  };
}

function packsOf(index: BlobIndex, name: string): string[] {
  return index
    .all(idOf(name), 'data')
    .map((location) => location.pack)
    .sort();
}

function hexOf(...names: string[]): string[] {
  return names.map((name) => idOf(name).toString('hex')).sort();
}

describe('BlobIndex', () => {
  test('gives back where a blob is and how long', () => {
    const index = new BlobIndex();
    const big = { offset: 0xffffffff, length: 0xfffffffe, uncompressedLength: 0xfffffffd };
    index.add(
      'file',
      columnsOf([
        { name: 'a', pack: 'p' },
        { name: 'b', pack: 'q', type: 1, ...big },
      ]),
    );
    expect(index.find(idOf('a'), 'data')).toEqual({
      pack: hexOf('p')[0],
      offset: 0,
      length: 132,
      uncompressedLength: 0,
    });
    expect(index.find(idOf('b'), 'tree')).toEqual({ pack: hexOf('q')[0], ...big });
    expect([index.plaintextSize(idOf('a'), 'data'), index.plaintextSize(idOf('b'), 'tree')]).toEqual([
      100, 0xfffffffd,
    ]);
    expect([index.blobs, index.bytes]).toEqual([2, 100 + 0xfffffffd]);
    expect([index.hasFile('file'), index.hasFile('other')]).toEqual([true, false]);
  });

  test('finds nothing for an id or type that it has not', () => {
    const index = new BlobIndex();
    index.add('file', columnsOf([{ name: 'a', pack: 'p' }]));
    expect(index.find(idOf('b'), 'data')).toBeUndefined();
    expect(index.find(idOf('a'), 'tree')).toBeUndefined();
    expect(index.all(idOf('a'), 'tree')).toEqual([]);
    expect(index.plaintextSize(idOf('a'), 'tree')).toBe(-1);
    expect(new BlobIndex().find(idOf('a'), 'data')).toBeUndefined();
  });

  test('keeps a data blob and a tree blob of one id apart', () => {
    const index = new BlobIndex();
    index.add(
      'file',
      columnsOf([
        { name: 'a', pack: 'p', length: 50 },
        { name: 'a', pack: 'p', type: 1, length: 60 },
      ]),
    );
    expect([index.plaintextSize(idOf('a'), 'data'), index.plaintextSize(idOf('a'), 'tree')]).toEqual([
      18, 28,
    ]);
    expect(index.blobs).toBe(2);
  });

  test('reads ids in the midst of a list', () => {
    const index = new BlobIndex();
    index.add('file', columnsOf([{ name: 'a', pack: 'p', length: 50 }]));
    const ids = Buffer.concat([idOf('x'), idOf('a')]);
    expect([index.plaintextSizeAt(ids, 0, 'data'), index.plaintextSizeAt(ids, 32, 'data')]).toEqual([-1, 18]);
  });

  test('finds every pack that holds a blob and counts the blob once', () => {
    const index = new BlobIndex();
    index.add(
      'one',
      columnsOf([
        { name: 'a', pack: 'p' },
        { name: 'a', pack: 'q' },
      ]),
    );
    index.add('two', columnsOf([{ name: 'a', pack: 'r' }]));
    expect(packsOf(index, 'a')).toEqual(hexOf('p', 'q', 'r'));
    expect([index.blobs, index.bytes]).toEqual([1, 100]);
  });

  test('keeps what two files say alike only once, and a file only once', () => {
    const index = new BlobIndex();
    const columns = columnsOf([{ name: 'a', pack: 'p' }]);
    for (const file of ['one', 'one', 'two']) index.add(file, columns);
    expect(packsOf(index, 'a')).toEqual(hexOf('p'));
    expect(index.blobs).toBe(1);
  });

  test.each([['before'], ['after']])('leaves out a file added %s the one that supersedes it', (order) => {
    const index = new BlobIndex();
    const files: [string, IndexColumns][] = [
      [
        'old',
        columnsOf([
          { name: 'a', pack: 'p' },
          { name: 'gone', pack: 'p' },
          { name: 'a', pack: 'shared', offset: 1 },
        ]),
      ],
      [
        'new',
        columnsOf(
          [
            { name: 'a', pack: 'q' },
            { name: 'a', pack: 'shared', offset: 1 },
          ],
          ['old', 'unheard of'],
        ),
      ],
    ];
    for (const [id, columns] of order === 'before' ? files : files.reverse()) index.add(id, columns);
    expect(packsOf(index, 'a')).toEqual(hexOf('q', 'shared'));
    expect(index.find(idOf('gone'), 'data')).toBeUndefined();
    expect(index.plaintextSize(idOf('gone'), 'data')).toBe(-1);
    expect(index.hasFile('old')).toBe(true);
  });

  test('keeps a pack that a superseded and another file list', () => {
    const index = new BlobIndex();
    index.add('old', columnsOf([{ name: 'a', pack: 'p' }]));
    index.add('other', columnsOf([{ name: 'a', pack: 'p' }]));
    index.add('new', columnsOf([], ['old', 'new']));
    expect(packsOf(index, 'a')).toEqual(hexOf('p'));
    index.add('newer', columnsOf([], ['other']));
    expect(packsOf(index, 'a')).toEqual([]);
  });

  test('adds in steps between which another file may supersede the one being added', () => {
    const index = new BlobIndex();
    const blobs = Array.from({ length: 20_000 }, (_, i) => ({ name: `${i}`, pack: 'p' }));
    const adding = index.adding('old', columnsOf(blobs));
    expect(adding.next().done).toBe(false);
    expect([index.hasFile('old'), index.blobs]).toEqual([true, 8192]);
    expect(index.plaintextSize(idOf('0'), 'data')).toBe(100);
    expect(index.plaintextSize(idOf('19999'), 'data')).toBe(-1);
    index.add('new', columnsOf([{ name: '0', pack: 'q' }], ['old']));
    expect([...adding].length).toBe(1);
    expect(packsOf(index, '0')).toEqual(hexOf('q'));
    expect(index.find(idOf('19999'), 'data')).toBeUndefined();
  });

  test('finds all of 200,000 blobs while it grows', () => {
    const index = new BlobIndex();
    for (let file = 0; file < 20; file++) {
      index.add(
        `${file}`,
        columnsOf(
          Array.from({ length: 10_000 }, (_, i) => ({ name: `${file}/${i}`, pack: `${i & 15}`, offset: i })),
        ),
      );
      for (let earlier = 0; earlier <= file; earlier++) {
        expect(index.find(idOf(`${earlier}/9999`), 'data')?.offset).toBe(9999);
      }
    }
    const wrong: string[] = [];
    for (let file = 0; file < 20; file++) {
      for (let i = 0; i < 10_000; i += 7) {
        if (index.plaintextSize(idOf(`${file}/${i}`), 'data') !== 100) wrong.push(`${file}/${i}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(index.blobs).toBe(200_000);
  });

  test('keeps the newest 16 places of a blob, in a time that grows with their number', () => {
    const index = new BlobIndex();
    const places = Array.from({ length: 40_000 }, (_, place) => ({ name: 'a', pack: 'p', offset: place }));
    index.add('many', columnsOf(places));
    expect(index.all(idOf('a'), 'data')).toHaveLength(16);
    const packs = Array.from({ length: 17 }, (_, pack) => `new ${pack}`);
    index.add('new', columnsOf(packs.map((pack) => ({ name: 'a', pack }))));
    expect(packsOf(index, 'a')).toEqual(hexOf(...packs.slice(1)));
    expect([index.blobs, index.bytes]).toEqual([1, 100]);
    index.add('tree', columnsOf([{ name: 'a', pack: 'q', type: 1 }]));
    expect(index.all(idOf('a'), 'tree')).toHaveLength(1);
  });
});
