import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EntryKind } from '../../../entry-kind.ts';
import { makeRandom } from '../../../testing/random.ts';
import type { TreeTable } from '../../tree-table.ts';
import { FormatError } from '../format-error.ts';
import { mutate } from '../testing/mutate.ts';
import { decodeTree } from './tree-decoder.ts';

const utf8 = new TextEncoder();
const ID_A = 'a1'.repeat(32);
const ID_B = 'B2'.repeat(32);
const EPOCH = '1970-01-01T00:00:00Z';
const TIMES = { mtime: EPOCH, atime: EPOCH, ctime: EPOCH };

function decode(...nodes: unknown[]): TreeTable {
  return decodeText(JSON.stringify({ nodes }));
}

function decodeText(text: string): TreeTable {
  return decodeTree(utf8.encode(text));
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

describe('decodeTree', () => {
  test('reads every member of a file', () => {
    const table = decode({
      name: 'file',
      type: 'file',
      mode: 0o755 | (1 << 23) | (1 << 22) | (1 << 20),
      mtime: '2026-11-20T08:54:22.228982458+01:00',
      atime: '1969-12-31T23:59:59.5Z',
      ctime: '0000-01-01T00:00:00Z',
      uid: 4294967295,
      gid: 100,
      user: 'some "one"',
      group: 'users',
      inode: 1,
      device_id: 65024,
      size: 9007199254740991,
      links: 2,
      extended_attributes: [
        { name: 'user.ä', value: 'AP8=' },
        { name: 'user.none', value: null },
      ],
      generic_attributes: { 'windows.file_attributes': 32, deep: [[{ a: [] }]] },
      content: [ID_A, ID_B],
    });
    expect(text(table.name(0))).toBe('file');
    expect(table.kind(0)).toBe(EntryKind.File);
    expect(table.mode(0)).toBe(0o7755);
    expect([table.modifySeconds(0), table.modifyNanoseconds(0)]).toEqual([1795161262, 228982458]);
    expect([table.accessSeconds(0), table.accessNanoseconds(0)]).toEqual([-1, 500_000_000]);
    expect([table.changeSeconds(0), table.changeNanoseconds(0)]).toEqual([-62167219200, 0]);
    expect([table.uid(0), table.gid(0)]).toEqual([4294967295, 100]);
    expect([table.sourceInode(0), table.sourceDevice(0)]).toEqual([1n, 65024n]);
    expect([table.size(0), table.links(0)]).toEqual([Number.MAX_SAFE_INTEGER, 2]);
    expect(Buffer.from(table.content(0)).toString('hex')).toBe(ID_A + ID_B.toLowerCase());
    expect(table.extendedAttributes(0)).toEqual([
      { name: utf8.encode('user.ä'), value: Uint8Array.of(0, 0xff) },
      { name: utf8.encode('user.none'), value: new Uint8Array(0) },
    ]);
  });

  test('tells times that are written alike from those that only look so', () => {
    const times = [
      '2026-11-20T08:54:22.5Z',
      '2026-11-20T08:54:22.5Z',
      '2026-11-20T08:54:22.6Z',
      '2026-11-20T09:54:22.6Z',
      '2026-11-20T08:54:22.50Z',
      '2025-11-20T08:54:22.50Z',
    ];
    const written = times.flatMap((first) => times.map((second) => [first, second] as const));
    const nodes = written.map(([mtime, ctime], i) => ({ name: `${100 + i}`, type: 'file', mtime, ctime }));
    const table = decode(...nodes);
    for (const [i, moments] of written.entries()) {
      const read = [
        table.modifySeconds(i) * 1000 + table.modifyNanoseconds(i) / 1e6,
        table.changeSeconds(i) * 1000 + table.changeNanoseconds(i) / 1e6,
      ];
      expect(read).toEqual(moments.map((moment) => Date.parse(moment)));
    }
  });

  test('reads times that are written with escapes, before and after those that are not', () => {
    const times = [String.raw`1970-01-01T00:00:0\u0031Z`, '1970-01-01T00:00:02Z', '1970-01-01T00:00:02Z'];
    const members = (shift: number) =>
      ['mtime', 'atime', 'ctime'].map((key, i) => `"${key}":"${times[(i + shift) % 3]}"`);
    const table = decodeText(
      `{"nodes":[${[0, 1, 2].map((shift) => `{"name":"${shift}","type":"file",${members(shift)}}`)}]}`,
    );
    const read = [0, 1, 2].map((i) => [
      table.modifySeconds(i),
      table.accessSeconds(i),
      table.changeSeconds(i),
    ]);
    expect(read).toEqual([
      [1, 2, 2],
      [2, 2, 1],
      [2, 1, 2],
    ]);
  });

  test.each([
    ['dir', EntryKind.Directory],
    ['file', EntryKind.File],
    ['symlink', EntryKind.Symlink],
    ['dev', EntryKind.BlockDevice],
    ['chardev', EntryKind.CharDevice],
    ['fifo', EntryKind.Fifo],
    ['socket', EntryKind.Socket],
  ] as const)('takes the kind of a %s from its type, whatever its mode says', (type, kind) => {
    // 1 << 31 is Go's directory bit.
    expect(decode({ name: 'x', type, mode: 2 ** 31 + 0o700 }).kind(0)).toBe(kind);
    expect(decode({ name: 'x', type, mode: 2 ** 31 + 0o700 }).mode(0)).toBe(0o700);
  });

  test('counts nodes of unknown types and leaves them out', () => {
    const nodes = ['whiteout', 'file', '', 'door', null].map((type, i) => ({ name: `${i}`, type }));
    const table = decode(...nodes, { name: 'none' });
    expect([table.length, table.omitted]).toEqual([1, 5]);
    expect(text(table.name(0))).toBe('1');
  });

  test('keeps inode and device numbers of 64 bits exactly', () => {
    const table = decodeText(
      '{"nodes":[{"name":"x","type":"file","inode":18446744073709551615,"device_id":9007199254740993,"links":18446744073709551615}]}',
    );
    expect(table.sourceInode(0)).toBe(18446744073709551615n);
    expect(table.sourceDevice(0)).toBe(9007199254740993n);
    expect(table.links(0)).toBe(0xffffffff);
  });

  test('splits a device number as Linux does', () => {
    // makedev(0x12345, 0x6789a), and 8:1 as every disk has it.
    const table = decode(
      { name: 'a', type: 'dev', device: 0x801 },
      { name: 'b', type: 'chardev', device: 0x1200067834_59a },
    );
    expect([table.deviceMajor(0), table.deviceMinor(0)]).toEqual([8, 1]);
    expect([table.deviceMajor(1), table.deviceMinor(1)]).toEqual([0x12345, 0x6789a]);
  });

  test('undoes both quotings of a name', () => {
    const names = [
      String.raw`\xff\xfe`,
      String.raw`tab\t"`.replace('"', String.raw`\"`),
      String.raw`back\\slash`,
      'a&b',
      'ä',
    ];
    const table = decode(...names.map((name) => ({ name, type: 'file' })));
    const decoded = Array.from({ length: table.length }, (_, i) => text(table.name(i)));
    expect(decoded).toEqual(['a&b', 'back\\slash', 'tab\t"', '\xc3\xa4', '\xff\xfe']);
    expect(text(decodeText(String.raw`{"nodes":[{"name":"a\u0026\u00e4","type":"file"}]}`).name(0))).toBe(
      'a&\xc3\xa4',
    );
  });

  test('prefers a raw link target, in whichever order the two come', () => {
    const raw = { linktarget_raw: '/w==' };
    const replaced = { linktarget: '\ufffd' };
    for (const targets of [
      { ...raw, ...replaced },
      { ...replaced, ...raw },
    ]) {
      expect(text(decode({ name: 'x', type: 'symlink', ...targets }).linkTarget(0))).toBe('\xff');
    }
    expect(text(decode({ name: 'x', type: 'symlink', linktarget: 'a/ä' }).linkTarget(0))).toBe('a/\xc3\xa4');
  });

  test('gives an entry nothing of the entry before', () => {
    const full = { name: 'a', type: 'file', size: 1, links: 9, uid: 3, inode: 4, device_id: 5, device: 6 };
    const lists = { content: [ID_A], extended_attributes: [{ name: 'n', value: 'AA==' }] };
    const table = decode({ ...full, ...lists, ...TIMES }, { name: 'b', type: 'file' });
    expect([table.size(1), table.links(1), table.uid(1), table.deviceMinor(1)]).toEqual([0, 0, 0, 0]);
    expect([table.sourceInode(1), table.sourceDevice(1)]).toEqual([0n, 0n]);
    expect(table.content(1).length + table.extendedAttributes(1).length).toBe(0);
  });

  test('takes null for an absent value', () => {
    const absent = {
      content: null,
      subtree: null,
      extended_attributes: null,
      linktarget_raw: null,
      mtime: null,
    };
    const table = decode({ name: 'a', type: 'dir', ...absent });
    expect(table.subtree(0).length).toBe(0);
    expect(decodeText('{"nodes":null}').length).toBe(0);
  });

  test('reads the subtree of a folder', () => {
    expect(decode({ name: 'a', type: 'dir', subtree: ID_A }).subtree(0)).toEqual(
      new Uint8Array(32).fill(0xa1),
    );
  });

  test('skips members that it does not know, before, within and after the nodes', () => {
    const table = decodeText(
      '{"version":[1,{}],"nodes":[{"future":{"a":1.5e3},"name":"a","type":"file","error":"no"}],"more":"x"}',
    );
    expect(text(table.name(0))).toBe('a');
  });

  test('reads documents with white space anywhere', () => {
    const document = JSON.stringify(
      { nodes: [{ name: 'a', type: 'file', ...TIMES, content: [ID_A, ID_B] }] },
      null,
      '\t',
    );
    expect(decodeText(` \r\n${document}\n`).content(0).length).toBe(64);
  });

  test.each<[string, unknown]>([
    ['a number for a name', { name: 1 }],
    ['an unknown escape in a name', { name: '\\q' }],
    ['a negative size', { size: -1 }],
    ['a size of 2^53', { size: 2 ** 53 }],
    ['a fraction of a link', { links: 1.5 }],
    ['a user id of 33 bits', { uid: 2 ** 32 }],
    ['a time that is none', { mtime: '2026-02-30T00:00:00Z' }],
    ['a short id', { content: ['00'] }],
    ['an id that is not hex', { subtree: 'g'.repeat(64) }],
    ['base64 that is none', { linktarget_raw: '=' }],
    ['an object for a list', { content: {} }],
    ['no object', 7],
  ])('refuses a node with %s and names it', (_, members) => {
    const node = typeof members === 'object' ? { name: 'the file', type: 'file', ...members } : members;
    const run = () => decode({ name: 'a', type: 'file' }, node);
    expect(run).toThrow(FormatError);
    expect(run).toThrow(/ in node 1, "/);
  });

  test.each([
    '',
    '[]',
    '{}',
    'null',
    '{"nodes":{}}',
    '{"nodes":[]}x',
    '{"nodes":[]',
    '{"nodes":[],"nodes":[]}',
    '{"nodes":[,]}',
  ])('refuses the document %j', (document) => {
    expect(() => decodeText(document)).toThrow(FormatError);
  });

  test('reads the tree that restic 0.19 made of a folder with every kind of entry and odd names', () => {
    const table = decodeTree(readFileSync(new URL('../testing/odd-names.tree', import.meta.url)));
    const entry = (name: string) => table.find(Buffer.from(name, 'latin1'));
    const kinds = Array.from({ length: table.length }, (_, i) => [text(table.name(i)), table.kind(i)]);
    expect(kinds).toEqual(
      [
        ['\x01\x7fctl', EntryKind.File],
        ['a'.repeat(255), EntryKind.File],
        ['big', EntryKind.File],
        ['blk', EntryKind.BlockDevice],
        ['chr', EntryKind.CharDevice],
        ['empty', EntryKind.File],
        ['emptydir', EntryKind.Directory],
        ['fifo', EntryKind.Fifo],
        ['hard', EntryKind.File],
        ["it's & <tag>", EntryKind.File],
        ['link', EntryKind.Symlink],
        ['new\nline\ttab', EntryKind.File],
        ['plain', EntryKind.File],
        ['quote"back\\slash', EntryKind.File],
        ['rawlink', EntryKind.Symlink],
        ['suid', EntryKind.File],
        ['ulink', EntryKind.Symlink],
        [Buffer.from('\u2028sep\u00a0nbsp\ufeffbom').toString('latin1'), EntryKind.File],
        [Buffer.from('ümlaut €😀').toString('latin1'), EntryKind.File],
        ['\xff\xfe bad utf8', EntryKind.File],
      ].sort(([a], [b]) => Buffer.compare(Buffer.from(`${a}`, 'latin1'), Buffer.from(`${b}`, 'latin1'))),
    );
    expect([table.plainNames, table.omitted]).toEqual([true, 0]);
    expect(text(table.linkTarget(entry('rawlink')))).toBe('\xff/../raw');
    expect([table.deviceMajor(entry('chr')), table.deviceMinor(entry('chr'))]).toEqual([0x1ab, 0x12345]);
    expect([table.deviceMajor(entry('blk')), table.deviceMinor(entry('blk'))]).toEqual([8, 17]);
    expect([table.mode(entry('emptydir')), table.mode(entry('suid'))]).toEqual([0o1777, 0o6755]);
    expect(table.sourceInode(entry('hard'))).toBe(table.sourceInode(entry('plain')));
    expect([table.links(entry('hard')), table.sourceDevice(entry('hard'))]).toEqual([2, 65024n]);
    // Without --with-atime restic stores the modification time for both.
    for (const time of [table.modifySeconds(entry('plain')), table.accessSeconds(entry('plain'))]) {
      expect(time).toBe(15032385535);
    }
    expect(table.content(entry('big')).length).toBe(64);
    expect(table.content(entry('empty')).length).toBe(0);
    expect(table.extendedAttributes(entry('plain'))).toEqual([
      { name: utf8.encode('user.test'), value: Uint8Array.of(0, 0xff, 0x76, 0x61, 0x6c) },
      { name: utf8.encode('user.empty'), value: new Uint8Array(0) },
    ]);
  });

  test('reads or refuses 10,000 damaged documents, and never more than JSON.parse takes', () => {
    const random = makeRandom(1);
    const file = {
      name: 'a\\xff',
      type: 'file',
      mode: 420,
      ...TIMES,
      inode: 2,
      size: 3,
      links: 1,
      content: [ID_A, ID_B],
    };
    const link = { name: 'b', type: 'symlink', linktarget: 'c', linktarget_raw: 'AAA=', user: 'x' };
    const extra = { extended_attributes: [{ name: 'n', value: 'AA==' }], generic_attributes: { a: [1] } };
    const source = utf8.encode(
      JSON.stringify({ nodes: [file, { ...link, ...extra }, { name: 'd', type: 'dir', subtree: ID_A }] }),
    );
    let read = 0;
    for (let round = 0; round < 10_000; round++) {
      const bytes = mutate(source, random);
      try {
        const table = decodeTree(bytes);
        const { nodes } = JSON.parse(Buffer.from(bytes).toString());
        expect(table.length + table.omitted).toBe(nodes.length);
        for (let i = 0; i < table.length; i++) expect(table.find(table.name(i))).toBeGreaterThanOrEqual(0);
        read++;
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }
    expect(read).toBeGreaterThan(300);
  });
});
