import { describe, expect, test } from 'vitest';
import { EntryKind } from '../../../entry-kind.ts';
import type { TreeTable } from '../../tree-table.ts';
import type { WindowsAttributes } from '../../windows-attributes.ts';
import { decodeTree } from './tree-decoder.ts';

function decode(...nodes: object[]): TreeTable {
  return decodeTree(Buffer.from(JSON.stringify({ nodes })));
}

function attributesOf(generic: unknown): WindowsAttributes | undefined {
  return decode({ name: 'x', type: 'file', generic_attributes: generic }).windowsAttributes(0);
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const DESCRIPTOR = Uint8Array.from({ length: 60 }, (_, i) => i);
const BUFFER = Uint8Array.of(3, 0, 0, 0xa0, 0, 0, 0, 0);
const CREATED = { LowDateTime: 0xfffffffe, HighDateTime: 0x01d5fa4e };

describe('generic attributes of a node', () => {
  test('are read as restic writes them', () => {
    const read = attributesOf({
      'windows.creation_time': CREATED,
      'windows.file_attributes': 0x410,
      'windows.reparse_point': base64(BUFFER),
      'windows.security_descriptor': base64(DESCRIPTOR),
    });
    expect(read).toEqual({
      fileAttributes: 0x410,
      creationTime: 0x01d5fa4e_fffffffen,
      securityDescriptor: DESCRIPTOR,
      reparsePoint: BUFFER,
    });
  });

  test('are none where there are none, or others only', () => {
    expect(attributesOf(null)).toBeUndefined();
    expect(attributesOf({})).toBeUndefined();
    expect(attributesOf({ 'linux.flags': 3, 'darwin.x': { deep: [1] } })).toBeUndefined();
    expect(decode({ name: 'x', type: 'file' }).hasWindowsAttributes(0)).toBe(false);
  });

  test.each<[name: string, value: unknown]>([
    ['windows.file_attributes', 2 ** 32],
    ['windows.file_attributes', -1],
    ['windows.file_attributes', 1.5],
    ['windows.file_attributes', '32'],
    ['windows.file_attributes', null],
    ['windows.creation_time', 5],
    ['windows.creation_time', { LowDateTime: 1 }],
    ['windows.creation_time', { LowDateTime: 1, HighDateTime: 2 ** 32 }],
    ['windows.security_descriptor', ''],
    ['windows.security_descriptor', 'not base64!'],
    ['windows.security_descriptor', base64(new Uint8Array(0x20101))],
    ['windows.reparse_point', [1, 2]],
    ['windows.reparse_point', base64(new Uint8Array(0x4001))],
  ])('%s of %j counts as absent, and the others stay', (name, value) => {
    const read = attributesOf({
      'windows.file_attributes': 7,
      'windows.creation_time': CREATED,
      [name]: value,
    });
    expect(read).toEqual({
      fileAttributes: name === 'windows.file_attributes' ? undefined : 7,
      creationTime: name === 'windows.creation_time' ? undefined : 0x01d5fa4e_fffffffen,
      securityDescriptor: undefined,
      reparsePoint: undefined,
    });
  });

  test('are kept up to what Windows can hold', () => {
    const descriptor = base64(new Uint8Array(0x20100));
    const buffer = base64(new Uint8Array(0x4000));
    const read = attributesOf({ 'windows.security_descriptor': descriptor, 'windows.reparse_point': buffer });
    expect([read?.securityDescriptor?.length, read?.reparsePoint?.length]).toEqual([0x20100, 0x4000]);
  });

  test('belong to their own node, also where several share a security descriptor', () => {
    const of = (name: string, first: number, attributes: number) => ({
      name,
      type: 'file',
      extended_attributes: [{ name: 'user.a', value: base64(Uint8Array.of(attributes)) }],
      generic_attributes: {
        'windows.file_attributes': attributes,
        'windows.security_descriptor': base64(new Uint8Array(500).fill(first)),
      },
    });
    // Twenty in turn are more than are remembered.
    const nodes = Array.from({ length: 200 }, (_, i) => of(`n${String(i).padStart(3, '0')}`, i % 20, i));
    const table = decode(...nodes, { name: 'plain', type: 'file' });
    for (let entry = 0; entry < 200; entry++) {
      const { fileAttributes, securityDescriptor } = table.windowsAttributes(entry)!;
      expect([fileAttributes, securityDescriptor]).toEqual([entry, new Uint8Array(500).fill(entry % 20)]);
      expect(table.extendedAttributes(entry)[0]?.value).toEqual(Uint8Array.of(entry));
    }
    expect(table.windowsAttributes(200)).toBeUndefined();
  });

  test('take the room of a security descriptor once where many nodes have the same', () => {
    const generic_attributes = { 'windows.security_descriptor': base64(new Uint8Array(10_000)) };
    const nodes = Array.from({ length: 100 }, (_, i) => ({ name: `${i}`, type: 'file', generic_attributes }));
    expect(decode(...nodes).buffer.byteLength).toBeLessThan(40_000);
  });
});

describe('an irregular node', () => {
  test('is there as a link, and known as what it is', () => {
    const table = decode({ name: 'a', type: 'irregular', mode: 0o666 }, { name: 'b', type: 'symlink' });
    expect([table.kind(0), table.irregular(0), table.mode(0)]).toEqual([EntryKind.Symlink, true, 0o666]);
    expect([table.kind(1), table.irregular(1)]).toEqual([EntryKind.Symlink, false]);
    expect([table.omitted, table.hasSymlinks]).toEqual([0, true]);
  });

  test('is a socket where its reparse point says so', () => {
    const buffer = Uint8Array.of(0x23, 0, 0, 0x80, 0, 0, 0, 0);
    const generic_attributes = { 'windows.reparse_point': base64(buffer) };
    const table = decode({ name: 'a', type: 'irregular', generic_attributes });
    expect([table.kind(0), table.irregular(0)]).toEqual([EntryKind.Socket, true]);
  });
});
