import { describe, expect, test } from 'vitest';
import { ODD_ATTRIBUTES } from '../testing/odd-attributes.ts';
import { bytes } from '../testing/recorded-requests.ts';
import { WireWriter } from './cursor.ts';
import { writeStatxAnswer } from './statx-reply.ts';

const VALID = { seconds: 1, nanoseconds: 2 };

function answer(created: { seconds: number; nanoseconds: number } | undefined): Buffer {
  const out = new WireWriter(512);
  writeStatxAnswer(out, ODD_ATTRIBUTES, created, VALID);
  return Buffer.from(out.written());
}

describe('writeStatxAnswer', () => {
  test('fills struct fuse_statx_out', () => {
    const expected = bytes(
      '0100000000000000 02000000 00000000', // attr_valid, attr_valid_nsec, flags
      '0000000000000000 0000000000000000', // spare
      'ff0f0000 00100000 0000000000000000', // mask, blksize, attributes
      '03000000 e8030000 feffffff ed69 0000', // nlink, uid, gid, mode, spare
      '1122334455667788 0102000000000000 0200000000000000', // ino, size, blocks
      '0000000000000000', // attributes_mask
      'ffffffffffffffff 05000000 00000000', // atime
      'feffffffffffffff 09000000 00000000', // btime
      '0300000000000000 07000000 00000000', // ctime
      '0200000001000000 06000000 00000000', // mtime
      '03010000 70110100 00000000 00000000', // rdev_major, rdev_minor, dev_major, dev_minor
      '00'.repeat(112), // spare
    );
    expect(answer({ seconds: -2, nanoseconds: 9 })).toEqual(Buffer.from(expected));
    expect(expected.length).toBe(288);
  });

  test('says where there is no time of creation', () => {
    const written = answer(undefined);
    expect(written.readUInt32LE(32)).toBe(0x7ff);
    expect(written.length).toBe(288);
  });
});
