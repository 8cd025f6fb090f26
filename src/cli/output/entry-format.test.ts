import { describe, expect, test } from 'vitest';
import { EntryKind } from '../../entry-kind.ts';
import type { Attributes } from '../../mount/node.ts';
import { jsonFormat, type ListedEntry, longFormat, plainFormat } from './entry-format.ts';
import { localTime } from './timestamps.ts';

const attributes: Attributes = {
  kind: EntryKind.File,
  inode: 2n ** 64n - 1n,
  mode: 0o640,
  links: 1,
  uid: 1000,
  gid: 100,
  size: 1234,
  deviceMajor: 0,
  deviceMinor: 0,
  accessSeconds: 1,
  accessNanoseconds: 0,
  modifySeconds: 1_709_281_800,
  modifyNanoseconds: 123_456_789,
  changeSeconds: -1,
  changeNanoseconds: 500_000_000,
};
const HOSTILE = Buffer.from([0x1b, 0x5b, 0xff, 0x0a]);

function entry(name: string | Uint8Array, fields: Partial<ListedEntry> = {}): ListedEntry {
  const bytes = Buffer.from(name);
  return {
    name: bytes,
    path: Buffer.concat([Buffer.from('/'), bytes]),
    attributes,
    target: undefined,
    ...fields,
  };
}

function parseJson(listed: ListedEntry): Record<string, unknown> {
  return JSON.parse(Buffer.from(jsonFormat.line(listed)).toString());
}

describe('plainFormat', () => {
  test('keeps every byte of a name for pipes', () => {
    const line = plainFormat(false).line(entry(HOSTILE));
    expect(Buffer.from(line)).toEqual(Buffer.from([0x2f, ...HOSTILE, 0x0a]));
  });

  test('escapes on a terminal', () => {
    expect(Buffer.from(plainFormat(true).line(entry(HOSTILE))).toString()).toBe('/\\x1b[\\xff\\n\n');
  });
});

describe('longFormat', () => {
  test('has the columns of restic', () => {
    const time = localTime(attributes.modifySeconds);
    expect(Buffer.from(longFormat(false).line(entry('a'))).toString()).toBe(
      `-rw-r-----  1000   100   1234 ${time} /a\n`,
    );
  });

  test('shows where a link points', () => {
    const link = entry('a', { attributes: { ...attributes, kind: EntryKind.Symlink }, target: HOSTILE });
    expect(Buffer.from(longFormat(true).line(link)).toString()).toMatch(
      /^Lrw.* {6}0 .* \/a -> \\x1b\[\\xff\\n\n$/,
    );
  });
});

describe('jsonFormat', () => {
  test('has the fields of restic', () => {
    expect(parseJson(entry('é'))).toEqual({
      name: 'é',
      type: 'file',
      path: '/é',
      uid: 1000,
      gid: 100,
      size: 1234,
      mode: 0o640,
      permissions: '-rw-r-----',
      mtime: '2024-03-01T08:30:00.123456789Z',
      atime: '1970-01-01T00:00:01Z',
      ctime: '1969-12-31T23:59:59.5Z',
      message_type: 'node',
      struct_type: 'node',
      inode: Number(2n ** 64n - 1n),
    });
  });

  test('writes all 64 bits of an inode number', () => {
    expect(Buffer.from(jsonFormat.line(entry('a'))).toString()).toContain('"inode":18446744073709551615,');
  });

  test('adds the bytes of what is not UTF-8', () => {
    const link = { attributes: { ...attributes, kind: EntryKind.Symlink }, target: HOSTILE };
    expect(parseJson(entry(HOSTILE, link))).toMatchObject({
      name: '\x1b[\\xff\n',
      name_raw: HOSTILE.toString('base64'),
      path: '/\x1b[\\xff\n',
      path_raw: Buffer.from([0x2f, ...HOSTILE]).toString('base64'),
      linktarget_raw: HOSTILE.toString('base64'),
    });
  });

  test('gives a size to files only, even of 0', () => {
    expect(parseJson(entry('a', { attributes: { ...attributes, size: 0 } })).size).toBe(0);
    const folder = { attributes: { ...attributes, kind: EntryKind.Directory } };
    expect(parseJson(entry('a', folder))).not.toHaveProperty('size');
  });
});

describe('jsonFormat of what was backed up on Windows', () => {
  test('has its attributes, in hex, base64 and text', () => {
    const facts = {
      fileAttributes: 0x20,
      creationTime: 132_287_040_001_234_567n,
      securityDescriptor: Uint8Array.of(1, 2),
      reparsePoint: Uint8Array.of(3),
      reparseTag: { tag: 0xa0000003, source: 'inferred' },
    } as const;
    expect(parseJson(entry('a', { facts })).windows).toEqual({
      file_attributes: '0x00000020',
      creation_time: '2020-03-15T00:00:00.1234567Z',
      security_descriptor: 'AQI=',
      reparse_tag: '0xa0000003',
      reparse_tag_source: 'inferred',
      reparse_point: 'Aw==',
    });
  });

  test('says nothing of Windows where there is nothing', () => {
    expect(parseJson(entry('a', { facts: {} }))).not.toHaveProperty('windows');
    expect(parseJson(entry('a'))).not.toHaveProperty('windows');
  });

  test('has the stored target of a link that shows another', () => {
    const link = { ...attributes, kind: EntryKind.Symlink };
    const target = Buffer.from('../C/x');
    const shown = { attributes: link, target, facts: { target: Buffer.from('C:\\\xff', 'latin1') } };
    expect(parseJson(entry('a', shown))).toMatchObject({
      linktarget: '../C/x',
      linktarget_stored: 'C:\\\\xff',
      linktarget_stored_raw: Buffer.from('C:\\\xff', 'latin1').toString('base64'),
    });
    expect(parseJson(entry('a', { ...shown, facts: { target } }))).not.toHaveProperty('linktarget_stored');
  });

  test('calls an irregular node by that name, as restic does', () => {
    expect(parseJson(entry('a', { facts: { irregular: true } })).type).toBe('irregular');
  });
});
