/** A node must be read as it would be alone, whatever came before it: decodeTree() with and without predecessors. */

import { describe, expect, test } from 'vitest';
import { makeRandom } from '../../../testing/random.ts';
import type { TreeTable } from '../../tree-table.ts';
import { FormatError } from '../format-error.ts';
import { decodeTree } from './tree-decoder.ts';

/** As restic writes it, in its order. */
const USUAL = [
  '"type":"file"',
  '"mode":420',
  '"mtime":"2026-11-20T08:54:22.5Z"',
  '"atime":"2026-11-20T08:54:22.5Z"',
  '"ctime":"2026-11-20T08:54:23Z"',
  '"uid":10',
  '"gid":10',
  '"user":"a"',
  '"group":"b"',
  '"inode":7',
  '"device_id":65024',
  '"size":3',
  '"links":1',
  `"content":["${'a1'.repeat(32)}"]`,
];

function facts(table: TreeTable, entry: number): unknown[] {
  return [
    [table.kind(entry), table.mode(entry), table.uid(entry), table.gid(entry), table.links(entry)],
    [table.size(entry), table.sourceInode(entry), table.sourceDevice(entry), table.content(entry).length],
    [table.modifySeconds(entry), table.modifyNanoseconds(entry)],
    [table.accessSeconds(entry), table.accessNanoseconds(entry)],
    [table.changeSeconds(entry), table.changeNanoseconds(entry)],
  ];
}

function decode(nodes: readonly string[]): TreeTable {
  return decodeTree(new TextEncoder().encode(`{"nodes":[${nodes.join(',')}]}`));
}

/** What each node says when it stands alone, and in its place among the others. */
function expectAlike(members: readonly (readonly string[])[]): void {
  const nodes = members.map((of, n) => `{${[`"name":"${1000 + n}"`, ...of].join(',')}}`);
  const together = decode(nodes);
  expect(together.length).toBe(nodes.length);
  for (const [n, node] of nodes.entries()) expect(facts(together, n)).toEqual(facts(decode([node]), 0));
}

function changed(from: string, to: string): string[] {
  expect(USUAL).toContain(from);
  return USUAL.map((member) => (member === from ? to : member));
}

describe('members that are repeated', () => {
  test.each([
    ['nothing changes', USUAL],
    ['a number goes on', changed('"gid":10', '"gid":100')],
    ['the last number goes on', changed('"links":1', '"links":12')],
    ['a number is shorter', changed('"uid":10', '"uid":1')],
    ['one time differs', changed('"ctime":"2026-11-20T08:54:23Z"', '"ctime":"2026-11-20T08:54:24Z"')],
    ['another type', changed('"type":"file"', '"type":"fifo"')],
    ['a value is null', changed('"uid":10', '"uid":null')],
    ['a text goes on', changed('"group":"b"', '"group":"b\\"c"')],
    ['an unknown member is between', changed('"uid":10', '"uid":10,"new":{"gid":5}')],
    ['a member comes twice', changed('"gid":10', '"gid":10,"gid":11')],
    ['another order', [...USUAL].reverse()],
    ['it ends early', USUAL.slice(0, 2)],
    ['white space', changed('"mode":420', '"mode" : 420 ')],
  ])('are read as if alone where %s', (_, other) => {
    expectAlike([USUAL, other, USUAL, other, other, USUAL, USUAL]);
  });

  test('leave a null what an earlier member of that name has set', () => {
    const early = ['"uid":5', ...changed('"uid":10', '"uid":null')];
    expectAlike([changed('"uid":10', '"uid":null'), early, USUAL, early, early]);
  });

  test('are read as if alone in 3,000 folders of any members in any order', () => {
    const random = makeRandom(7);
    const below = (limit: number): number => Math.floor(random() * limit);
    const variants = [
      ...['"type":"dir"', '"mode":2147484141', '"uid":1', '"uid":null', '"gid":100', '"links":10', '"x":[1]'],
      ...['"mtime":null', '"ctime":"1970-01-01T00:00:00Z"', '"device_id":6', '"size":30', '"user":null'],
    ];
    for (let folder = 0; folder < 3000; folder++) {
      const makeNode = (): string[] => {
        const members = [...USUAL];
        for (let change = below(4); change > 0; change--) {
          const at = below(members.length + 1);
          if (below(2) === 0) members.splice(at, below(3));
          else members.splice(at, below(2), variants[below(variants.length)]!);
        }
        // A node without a type is left out, and the places would not be the same.
        return ['"type":"file"', ...members];
      };
      const kinds = Array.from({ length: 3 }, makeNode);
      expectAlike(Array.from({ length: 8 }, () => kinds[below(kinds.length)]!));
    }
  });

  test('are refused where they are no JSON any more', () => {
    const first = `{"name":"1",${USUAL.join(',')}}`;
    for (const second of ['{"name":"2","type":"file","mode":420', '{"name":"2","type":"file","mode":420]']) {
      expect(() => decode([first, second])).toThrow(FormatError);
    }
  });
});
