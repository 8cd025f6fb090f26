import { describe, expect, test } from 'vitest';
import { EntryKind } from '../../node.ts';
import { REPLY_BUFFER_SIZE } from '../session-loop.ts';
import { ODD_ATTRIBUTES } from '../testing/odd-attributes.ts';
import { bytes } from '../testing/recorded-requests.ts';
import { WireWriter } from './cursor.ts';
import {
  direntSize,
  ENTRY_SIZE,
  encodeDevice,
  writeAttributesAnswer,
  writeDirent,
  writeEntry,
  writeInit,
  writeMissingEntry,
  writeOpened,
  writeStatistics,
} from './reply.ts';

/** struct fuse_attr of ODD_ATTRIBUTES. */
const ATTRIBUTE_BYTES = bytes(
  '1122334455667788', // ino
  '0102000000000000', // size
  '0200000000000000', // blocks of 512
  'ffffffffffffffff 0200000001000000 0300000000000000', // seconds: atime, mtime, ctime
  '05000000 06000000 07000000', // their nanoseconds
  'ed690000', // S_IFBLK | 04755
  '03000000 e8030000 feffffff', // nlink, uid, gid
  '70031111', // rdev
  '00100000', // blksize
  '00000000',
);

describe('replies have the layout of the kernel', () => {
  test('writeEntry', () => {
    const out = new WireWriter(256);
    writeEntry(out, { high: 2, low: 0xffff_ffff }, ODD_ATTRIBUTES, {
      entry: { seconds: 86400, nanoseconds: 5 },
      attributes: { seconds: 1, nanoseconds: 6 },
    });
    expect(out.written()).toEqual(
      bytes(
        'ffffffff02000000 0000000000000000', // nodeid, generation
        '8051010000000000 0100000000000000 05000000 06000000', // validity
        Buffer.from(ATTRIBUTE_BYTES).toString('hex'),
      ),
    );
    expect(out.position).toBe(ENTRY_SIZE);
  });

  test('writeMissingEntry has nodeid 0 and its own validity', () => {
    const out = new WireWriter(256);
    writeMissingEntry(out, { seconds: 1, nanoseconds: 2 });
    expect(out.written()).toEqual(
      bytes('00'.repeat(16), '0100000000000000 0000000000000000 02000000', '00'.repeat(92)),
    );
  });

  test('writeAttributesAnswer', () => {
    const out = new WireWriter(256);
    writeAttributesAnswer(out, ODD_ATTRIBUTES, { seconds: 1, nanoseconds: 3 });
    expect(out.written()).toEqual(
      bytes('0100000000000000 03000000 00000000', Buffer.from(ATTRIBUTE_BYTES).toString('hex')),
    );
  });

  test('writeAttributesAnswer tells programs to list folders in larger pieces than those in which they read files', () => {
    const blockSizeOf = (kind: EntryKind): number => {
      const out = new WireWriter(256);
      writeAttributesAnswer(out, { ...ODD_ATTRIBUTES, kind }, { seconds: 1, nanoseconds: 3 });
      return Buffer.from(out.written()).readUInt32LE(96);
    };
    expect(blockSizeOf(EntryKind.File)).toBe(4096);
    expect(blockSizeOf(EntryKind.Directory)).toBe(REPLY_BUFFER_SIZE);
  });

  test('writeOpened', () => {
    const out = new WireWriter(16);
    writeOpened(out, 7, 2);
    expect(out.written()).toEqual(bytes('0700000000000000 02000000 00000000'));
  });

  test('writeInit has 64 bytes', () => {
    const out = new WireWriter(64);
    const limits = { maxBackground: 64, congestion: 48, maxWrite: 4096, timeGranularity: 1, maxPages: 256 };
    writeInit(out, { major: 7, minor: 31, maxReadahead: 1 << 20, flags: 1, ...limits });
    expect(out.written()).toEqual(
      bytes('07000000 1f000000 00001000 01000000 4000 3000 00100000 01000000 0001 0000', '00'.repeat(32)),
    );
  });

  test('writeStatistics rounds up to blocks and has nothing free', () => {
    const out = new WireWriter(80);
    writeStatistics(out, { bytes: 4097, nodes: 9 });
    expect(out.written()).toEqual(
      bytes(
        '0200000000000000 0000000000000000 0000000000000000 0900000000000000 0000000000000000',
        '00100000 00040000 00100000 00000000',
        '00'.repeat(24),
      ),
    );
  });

  test('writeDirent pads the name to eight bytes', () => {
    const out = new WireWriter(64);
    const name = Uint8Array.of(0xff, 0x61);
    writeDirent(out, 2n ** 64n - 1n, 4, EntryKind.Directory, name);
    expect(out.written()).toEqual(
      bytes('ffffffffffffffff 0400000000000000 02000000 04000000', 'ff61000000000000'),
    );
    expect(out.position).toBe(direntSize(name));
  });
});

test.each([
  [0, 0, 0],
  [8, 1, 0x801],
  [259, 70000, 0x1111_0370],
  [4095, 0xfffff, 0xffff_ffff],
])('encodeDevice packs %d:%d as the kernel does', (major, minor, expected) => {
  expect(encodeDevice(major, minor)).toBe(expected);
});
