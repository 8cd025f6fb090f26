import { describe, expect, test } from 'vitest';
import { EntryKind } from '../entry-kind.ts';
import { TreeTable } from './tree-table.ts';
import { makeTreeEntry, TreeTableBuilder } from './tree-table-builder.ts';

const utf8 = new TextEncoder();

function tableOfNames(...names: (string | Uint8Array)[]): TreeTable {
  const builder = new TreeTableBuilder();
  for (const name of names) {
    builder.add(makeTreeEntry({ name: typeof name === 'string' ? utf8.encode(name) : name }));
  }
  return builder.finish();
}

function namesOf(table: TreeTable): string[] {
  return Array.from({ length: table.length }, (_, i) => Buffer.from(table.name(i)).toString('latin1'));
}

describe('TreeTableBuilder', () => {
  test('makes a table that gives back every field', () => {
    const content = Uint8Array.from({ length: 64 }, (_, i) => i);
    const builder = new TreeTableBuilder();
    builder.add(
      makeTreeEntry({
        name: utf8.encode('file'),
        kind: EntryKind.File,
        mode: 0o106755,
        uid: 1,
        gid: 0xffffffff,
        links: 2 ** 40,
        size: 2 ** 53 - 1,
        deviceMajor: 8,
        deviceMinor: 17,
        sourceDeviceHigh: 1,
        sourceDeviceLow: 2,
        sourceInodeHigh: 0xffffffff,
        sourceInodeLow: 0xfffffffe,
        accessSeconds: -62167219200,
        accessNanoseconds: 1,
        modifySeconds: 253402300799,
        modifyNanoseconds: 999_999_999,
        changeSeconds: 3,
        changeNanoseconds: 4,
        content,
        extendedAttributes: [
          { name: utf8.encode('user.a'), value: utf8.encode('b') },
          { name: utf8.encode('user.empty'), value: new Uint8Array(0) },
        ],
      }),
    );
    const table = builder.finish();
    expect(table.length).toBe(1);
    expect(table.kind(0)).toBe(EntryKind.File);
    expect(table.mode(0)).toBe(0o6755);
    expect(table.uid(0)).toBe(1);
    expect(table.gid(0)).toBe(0xffffffff);
    expect(table.links(0)).toBe(0xffffffff);
    expect(table.size(0)).toBe(2 ** 53 - 1);
    expect(table.deviceMajor(0)).toBe(8);
    expect(table.deviceMinor(0)).toBe(17);
    expect(table.sourceDevice(0)).toBe(0x1_0000_0002n);
    expect(table.sourceInode(0)).toBe(0xffff_ffff_ffff_fffen);
    expect(table.accessSeconds(0)).toBe(-62167219200);
    expect(table.accessNanoseconds(0)).toBe(1);
    expect(table.modifySeconds(0)).toBe(253402300799);
    expect(table.modifyNanoseconds(0)).toBe(999_999_999);
    expect(table.changeSeconds(0)).toBe(3);
    expect(table.changeNanoseconds(0)).toBe(4);
    expect(table.content(0)).toEqual(content);
    expect(table.subtree(0).length).toBe(0);
    expect(table.linkTarget(0).length).toBe(0);
    expect(table.linkTargetLength(0)).toBe(0);
    expect(table.extendedAttributes(0)).toEqual([
      { name: utf8.encode('user.a'), value: utf8.encode('b') },
      { name: utf8.encode('user.empty'), value: new Uint8Array(0) },
    ]);
  });

  test('keeps the payload that belongs to the kind and no other', () => {
    const builder = new TreeTableBuilder();
    const all = {
      content: new Uint8Array(32).fill(1),
      subtree: new Uint8Array(32).fill(2),
      linkTarget: utf8.encode('../target'),
    };
    for (const [name, kind] of Object.entries(EntryKind)) {
      builder.add(makeTreeEntry({ name: utf8.encode(name), kind, ...all }));
    }
    const table = builder.finish();
    for (const [name, kind] of Object.entries(EntryKind)) {
      const entry = table.find(utf8.encode(name));
      expect(table.kind(entry)).toBe(kind);
      expect(table.content(entry).length).toBe(kind === EntryKind.File ? 32 : 0);
      expect(table.subtree(entry).length).toBe(kind === EntryKind.Directory ? 32 : 0);
      expect(table.linkTarget(entry).length).toBe(kind === EntryKind.Symlink ? 9 : 0);
      expect(table.linkTargetLength(entry)).toBe(kind === EntryKind.Symlink ? 9 : 0);
    }
  });

  test('keeps the order of sorted names and sorts others by bytes', () => {
    const sorted = ['A', 'B', 'a', 'a.b', 'aa', Uint8Array.of(0xff)];
    expect(namesOf(tableOfNames(...sorted))).toEqual(['A', 'B', 'a', 'a.b', 'aa', '\xff']);
    expect(namesOf(tableOfNames(...sorted.toReversed()))).toEqual(['A', 'B', 'a', 'a.b', 'aa', '\xff']);
  });

  test('moves whole entries when it sorts', () => {
    const builder = new TreeTableBuilder();
    for (let i = 999; i >= 0; i--) {
      const name = utf8.encode(String(i).padStart(4, '0'));
      builder.add(makeTreeEntry({ name, uid: i, size: i, content: new Uint8Array(32).fill(i) }));
    }
    const table = builder.finish();
    for (let i = 0; i < 1000; i++) {
      expect(table.find(utf8.encode(String(i).padStart(4, '0')))).toBe(i);
      expect([table.uid(i), table.size(i), table.content(i)[31]]).toEqual([i, i, i & 0xff]);
    }
  });

  test.each<[string, (string | Uint8Array)[], boolean]>([
    ['none at all', [], true],
    ['plain ones', ['a', '.a', '...', ' ', '\\', 'ä', '\n'], true],
    ['bytes that are not UTF-8', [Uint8Array.of(0xff, 0x80)], true],
    ['an empty one', [''], false],
    ['a dot', ['.'], false],
    ['two dots', ['..'], false],
    ['a slash', ['a/b'], false],
    ['a NUL', ['a\0'], false],
    ['backslashes beside dots', ['a\\.b', '.\\', '\\.', 'a.\\.b'], true],
    ['a backslash after two dots', ['x..\\y'], false],
    ['a backslash before two dots', ['a\\..'], false],
    ['a second backslash before two dots', ['\\a\\..b'], false],
    ['1024 bytes', ['a'.repeat(1024)], true],
    ['1025 bytes', ['a'.repeat(1025)], false],
    ['one twice', ['a', 'b', 'b'], false],
    ['one twice, apart', ['b', 'a', 'b'], false],
  ])('tells whether names are plain: %s', (_, names, plain) => {
    expect(tableOfNames(...names).plainNames).toBe(plain);
  });

  test('counts what it omits', () => {
    const builder = new TreeTableBuilder();
    builder.omit();
    builder.omit();
    expect(builder.finish().omitted).toBe(2);
    expect(tableOfNames().omitted).toBe(0);
  });

  test('grows from any start and ends at exactly the needed size', () => {
    const builder = new TreeTableBuilder(1, 1);
    for (let i = 0; i < 5000; i++) builder.add(makeTreeEntry({ name: utf8.encode(`${10000 + i}`) }));
    const table = builder.finish();
    expect(table.length).toBe(5000);
    expect(table.buffer.byteLength).toBe(16 + 5000 * (112 + 5));
    expect(namesOf(table)[4999]).toBe('14999');
  });
});

describe('TreeTable', () => {
  test('finds every name and nothing else', () => {
    const names = Array.from({ length: 513 }, (_, i) => `n${i}`);
    const table = tableOfNames(...names);
    for (const name of names) expect(namesOf(table)[table.find(utf8.encode(name))]).toBe(name);
    for (const absent of ['', 'n', 'n513', 'n00', 'm', 'o', 'n1\0']) {
      expect(table.find(utf8.encode(absent))).toBe(-1);
    }
    expect(tableOfNames().find(utf8.encode('a'))).toBe(-1);
  });

  test('asks for each name until one is refused', () => {
    const table = tableOfNames('a', 'b', 'c', 'd', 'e');
    const asked: string[] = [];
    const ask = (first: number, end: number) =>
      table.everyName(first, end, (bytes, start, to) => {
        asked.push(Buffer.from(bytes.subarray(start, to)).toString());
        return asked.at(-1) !== 'd';
      });
    expect([ask(1, 3), ask(2, 5), ask(2, 2)]).toEqual([true, false, true]);
    expect(asked).toEqual(['b', 'c', 'c', 'd']);
  });

  test('is the same after a transfer to another thread', () => {
    const table = tableOfNames('a', 'b');
    const moved = new TreeTable(structuredClone(table.buffer, { transfer: [table.buffer] }));
    expect(table.buffer.byteLength).toBe(0);
    expect(namesOf(moved)).toEqual(['a', 'b']);
    expect(moved.plainNames).toBe(true);
  });

  test('refuses a buffer of another size', () => {
    const { buffer } = tableOfNames('a');
    expect(() => new TreeTable(buffer.slice(0, buffer.byteLength - 1))).toThrow(RangeError);
    expect(() => new TreeTable(new ArrayBuffer(8))).toThrow(RangeError);
  });
});
