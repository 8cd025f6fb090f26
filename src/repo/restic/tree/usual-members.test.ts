/**
 * A node must say the same however it is written and whatever came before it: decodeTree() of nodes together and as usual,
 * and of each alone with white space, which is not usual.
 */

import { describe, expect, test } from 'vitest';
import { makeRandom } from '../../../testing/random.ts';
import type { TreeTable } from '../../tree-table.ts';
import { FormatError } from '../format-error.ts';
import { decodeTree } from './tree-decoder.ts';

const CONTENT = `"content":["${'a1'.repeat(32)}"]`;
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
  CONTENT,
];

function facts(table: TreeTable, entry: number): unknown[] {
  return [
    [table.kind(entry), table.mode(entry), table.uid(entry), table.gid(entry), table.links(entry)],
    [table.size(entry), table.sourceInode(entry), table.sourceDevice(entry)],
    [Buffer.from(table.name(entry)).toString(), Buffer.from(table.content(entry)).toString('hex')],
    [table.modifySeconds(entry), table.modifyNanoseconds(entry)],
    [table.accessSeconds(entry), table.accessNanoseconds(entry)],
    [table.changeSeconds(entry), table.changeNanoseconds(entry)],
  ];
}

function decode(nodes: readonly string[]): TreeTable {
  return decodeTree(new TextEncoder().encode(`{"nodes":[${nodes.join(',')}]}`));
}

/** Gives each another name, a usual one if none is given. */
function expectAlike(members: readonly (readonly string[])[], nameOf = (n: number) => `"${1000 + n}"`): void {
  const write = (n: number, begin: string) => `${begin}${[`"name":${nameOf(n)}`, ...members[n]!].join(',')}}`;
  const together = decode(members.map((_, n) => write(n, '{')));
  expect(together.length).toBe(members.length);
  for (let n = 0; n < members.length; n++) {
    expect(facts(together, n)).toEqual(facts(decode([write(n, '{ ')]), 0));
  }
}

function changed(from: string, to: string): string[] {
  expect(USUAL).toContain(from);
  return USUAL.map((member) => (member === from ? to : member));
}

describe('usual members', () => {
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
    ['it is a folder', changed('"type":"file"', '"type":"dir"')],
    [
      'all times differ',
      changed('"atime":"2026-11-20T08:54:22.5Z"', '"atime":"2026-11-20T08:54:22.25+01:00"'),
    ],
    ['numbers are as large as they can be', changed('"inode":7', '"inode":18446744073709551615')],
    ['a number is as large as a double holds', changed('"size":3', '"size":9007199254740991')],
    ['there are more links than are counted', changed('"links":1', '"links":4294967296')],
    ['a text is not ASCII', changed('"user":"a"', '"user":"\u00e4"')],
    ['there are several parts', changed(CONTENT, `"content":["${'b2'.repeat(32)}","${'c3'.repeat(32)}"]`)],
    ['there is no content', changed(CONTENT, '"content":null')],
    ['a content follows another', [...USUAL, `"content":["${'D4'.repeat(32)}"]`]],
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

  test('hold names of any spelling', () => {
    const names = ['"0"', '"1 ä"', String.raw`"2\\u00e4"`, String.raw`"3\\\""`, String.raw`"4\u0041"`];
    expectAlike(Array(names.length).fill(USUAL), (n) => names[n]!);
  });

  const first = `{"name":"1",${USUAL.join(',')}}`;
  test.each([
    ['it does not end', '{"name":"2","type":"file","mode":420'],
    ['it ends as a list', '{"name":"2","type":"file","mode":420]'],
    ['a name does not end', '{"name":"2'],
    ['a name holds a control character', '{"name":"2\n"}'],
    ['a number begins with a zero', `{"name":"2",${changed('"size":3', '"size":03').join(',')}}`],
    ['a number is not whole', `{"name":"2",${changed('"links":1', '"links":1.5').join(',')}}`],
    [
      'a number has more than 64 bits',
      `{"name":"2",${changed('"inode":7', '"inode":18446744073709551616').join(',')}}`,
    ],
    ['a number has more than 32 bits', `{"name":"2",${changed('"uid":10', '"uid":4294967296').join(',')}}`],
    [
      'a time is none',
      `{"name":"2",${changed('"ctime":"2026-11-20T08:54:23Z"', '"ctime":"now"').join(',')}}`,
    ],
    ['an id is too short', `{"name":"2",${changed(CONTENT, '"content":["a1"]').join(',')}}`],
    [
      'an id has other digits',
      `{"name":"2",${changed(CONTENT, `"content":["${'g1'.repeat(32)}"]`).join(',')}}`,
    ],
  ])('are refused where %s', (_, second) => {
    expect(() => decode([first, second])).toThrow(FormatError);
  });
});
