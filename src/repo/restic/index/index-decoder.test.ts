import { describe, expect, test } from 'vitest';
import { makeRandom } from '../../../testing/random.ts';
import { FormatError } from '../format-error.ts';
import { mutate } from '../testing/mutate.ts';
import { decodeIndex, type IndexColumns, indexTransferables } from './index-decoder.ts';

const id = (digit: string) => digit.repeat(64);

function decode(document: unknown): IndexColumns {
  return decodeIndex(new TextEncoder().encode(JSON.stringify(document)));
}

function withBlob(members: Record<string, unknown>): unknown {
  const blob = { id: id('b'), type: 'data', offset: 0, length: 32, ...members };
  return { packs: [{ id: id('a'), blobs: [blob] }] };
}

const PACKS = [
  {
    id: id('1'),
    blobs: [
      { id: id('a'), type: 'data', offset: 0, length: 4294967295 },
      { id: id('b'), type: 'tree', offset: 4294967295, length: 32, uncompressed_length: 77 },
    ],
  },
  { id: id('2'), blobs: [] },
  { blobs: [{ length: 50, offset: 3, type: 'data', id: id('C') }], id: id('3') },
];

describe('decodeIndex', () => {
  test('reads packs and blobs into columns, whatever the order of members', () => {
    const columns = decode({ supersedes: [id('F')], packs: PACKS });
    expect(columns.supersedes).toEqual([id('f')]);
    expect(Buffer.from(columns.packIds).toString('hex')).toBe(id('1') + id('2') + id('3'));
    expect(Buffer.from(columns.blobIds).toString('hex')).toBe(id('a') + id('b') + id('c'));
    expect([...columns.packs]).toEqual([0, 0, 2]);
    expect([...columns.offsets]).toEqual([0, 4294967295, 3]);
    expect([...columns.lengths]).toEqual([4294967295, 32, 50]);
    expect([...columns.uncompressedLengths]).toEqual([0, 77, 0]);
    expect([...columns.types]).toEqual([0, 1, 0]);
  });

  test('reads the bare list that restic wrote before 0.2', () => {
    expect(decode(PACKS).types.length).toBe(3);
  });

  test('reads an index of nothing', () => {
    for (const nothing of [{ packs: [] }, { packs: null }, {}, []]) {
      expect(decode(nothing).packIds.length).toBe(0);
    }
    expect(decode({ supersedes: null, packs: [{ id: id('1'), blobs: null }] }).packIds.length).toBe(32);
  });

  test('holds nothing but what it read, in memory that can be handed over', () => {
    const columns = decode({ packs: PACKS });
    const buffers = indexTransferables(columns);
    expect(buffers.map((buffer) => buffer.byteLength)).toEqual([96, 96, 12, 12, 12, 12, 3]);
    const moved = structuredClone(columns, { transfer: buffers });
    expect(moved.types).toEqual(Uint8Array.of(0, 1, 0));
    expect(columns.types.length).toBe(0);
  });

  test.each<[string, unknown]>([
    ['a blob of 31 bytes', withBlob({ length: 31 })],
    ['a length of 33 bits', withBlob({ length: 2 ** 32 })],
    ['an offset of 33 bits', withBlob({ offset: 2 ** 32 })],
    ['an uncompressed length of 33 bits', withBlob({ uncompressed_length: 2 ** 32 })],
    ['a negative offset', withBlob({ offset: -1 })],
    ['an unknown blob type', withBlob({ type: 'tree2' })],
    ['a short blob id', withBlob({ id: 'bb' })],
    ['a blob without an id', withBlob({ id: undefined })],
    ['a blob without a type', withBlob({ type: undefined })],
    ['a blob without an offset', withBlob({ offset: undefined })],
    ['a blob without a length', withBlob({ length: undefined })],
    ['a pack without an id', { packs: [{ blobs: [] }] }],
    ['packs that are no list', { packs: {} }],
    ['a number', 1],
  ])('refuses %s', (_, document) => {
    expect(() => decode(document)).toThrow(FormatError);
  });

  test('reads or refuses 10,000 damaged documents, and never more than JSON.parse takes', () => {
    const random = makeRandom(2);
    const source = new TextEncoder().encode(JSON.stringify({ supersedes: [id('F')], packs: PACKS }));
    let read = 0;
    for (let round = 0; round < 10_000; round++) {
      const bytes = mutate(source, random);
      try {
        const { types, packs, packIds } = decodeIndex(bytes);
        JSON.parse(Buffer.from(bytes).toString());
        expect(packs.every((pack) => pack < packIds.length / 32)).toBe(true);
        expect(types.length).toBe(packs.length);
        read++;
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }
    expect(read).toBeGreaterThan(150);
  });
});
