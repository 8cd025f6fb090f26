import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { IdTable } from './id-table.ts';

function numberedId(number: number): Uint8Array {
  return createHash('sha256').update(`${number}`).digest();
}

function append(table: IdTable, id: Uint8Array): number {
  return table.append(table.hash(id, 0), id, 0);
}

function rowsOf(table: IdTable, id: Uint8Array): number[] {
  const hash = table.hash(id, 0);
  const rows: number[] = [];
  for (let row = table.first(hash, id, 0); row >= 0; row = table.next(row, hash, id, 0)) rows.push(row);
  return rows.sort((a, b) => a - b);
}

describe('IdTable', () => {
  test('finds every row by its id after any number of splits, and no other', () => {
    const table = new IdTable(2, 1);
    const count = 150_000;
    for (let i = 0; i < count; i++) {
      const row = append(table, numberedId(i));
      table.setWord(row, 0, i);
      table.setWord(row, 1, 0xffffffff - i);
    }
    expect(table.length).toBe(count);
    const wrong: number[] = [];
    for (let i = 0; i < count; i += 3) {
      const rows = rowsOf(table, numberedId(i));
      const isRight = rows.length === 1 && rows[0] === i;
      if (!isRight || table.word(i, 0) !== i || table.word(i, 1) !== 0xffffffff - i) wrong.push(i);
    }
    expect(wrong).toEqual([]);
    for (let i = count; i < count + 1000; i++) expect(rowsOf(table, numberedId(i))).toEqual([]);
  });

  test('is right for any ids, also such as share all that is hashed', () => {
    const table = new IdTable(1, 7);
    const ids = Array.from({ length: 500 }, (_, i) => {
      const id = new Uint8Array(32);
      id[31] = i;
      id[30] = i >> 8;
      return id;
    });
    for (const id of ids) append(table, id);
    // Others, so that the bucket of all those is split.
    for (let i = 0; i < 40_000; i++) append(table, numberedId(i));
    ids.forEach((id, row) => {
      expect(rowsOf(table, id)).toEqual([row]);
    });
  });

  test('keeps rows with the same id apart', () => {
    const table = new IdTable(1);
    const id = numberedId(1);
    expect([append(table, id), append(table, numberedId(2)), append(table, id)]).toEqual([0, 1, 2]);
    expect(rowsOf(table, id)).toEqual([0, 2]);
  });

  test('tells the id of a row', () => {
    const table = new IdTable(3);
    for (let i = 0; i < 20_000; i++) append(table, numberedId(i));
    for (const i of [0, 16_383, 16_384, 19_999]) {
      expect(table.hexId(i)).toBe(Buffer.from(numberedId(i)).toString('hex'));
    }
  });

  test('spreads ids that differ only in bits which no bucket number uses', () => {
    const table = new IdTable(1);
    const hashes = new Set<number>();
    for (let i = 0; i < 10_000; i++) {
      const id = new Uint8Array(32);
      new DataView(id.buffer).setUint32(4, i);
      hashes.add(table.hash(id, 0) & 0xffff);
    }
    expect(hashes.size).toBeGreaterThan(9000);
  });
});
