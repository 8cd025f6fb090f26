import { describe, expect, test } from 'vitest';
import { blankFileInfo } from './file-info.ts';
import { NtStatus } from './nt-status.ts';
import { MAX_RESPONSE_DATA_BYTES, ResponseWriter } from './response.ts';

const info = {
  attributes: 0x11,
  reparseTag: 0xa000_0003,
  allocationSize: 4096 * 2 ** 30,
  size: 2 ** 42 - 1,
  creationTime: 1n,
  accessTime: 2n,
  writeTime: 3n,
  changeTime: 0x7fff_ffff_ffff_ffffn,
  index: 0xffff_ffff_ffff_fffen,
};

/** A writer that has been used, so that what is left of the last response would be seen. */
function writer(kind = 5, hint = 0x1122_3344_5566_7788n): ResponseWriter {
  const used = new ResponseWriter();
  used.begin(0xffff_ffff, 0xffff_ffff_ffff_ffffn).status(0xffff_ffff).information(0xffff_ffff);
  used.fileInfo({ ...info, attributes: 0xffff_ffff }).buffer(Buffer.alloc(300, 0xff));
  used.finish();
  return used.begin(kind, hint);
}

describe('a response', () => {
  test('repeats kind and hint, and is a success without a body', () => {
    const bytes = Buffer.from(writer().finish());
    expect(bytes).toHaveLength(128);
    expect(bytes.readUInt16LE(2)).toBe(128);
    expect(bytes.readUInt32LE(4)).toBe(5);
    expect(bytes.readBigUInt64LE(8)).toBe(0x1122_3344_5566_7788n);
    expect(bytes.subarray(16).every((byte) => byte === 0)).toBe(true);
  });

  test.each([
    [0, 128],
    [1, 136],
    [8, 136],
    [9, 144],
    [MAX_RESPONSE_DATA_BYTES, 16_384],
  ])('with %d bytes of data has %d in all, a multiple of 8 and zeros at the end', (length, size) => {
    const bytes = Buffer.from(writer().buffer(Buffer.alloc(length, 0xab)).finish());
    expect(bytes).toHaveLength(size);
    expect(bytes.readUInt16LE(2)).toBe(size);
    expect([bytes.readUInt16LE(24), bytes.readUInt16LE(26)]).toEqual([0, length]);
    expect(bytes.subarray(128, 128 + length).every((byte) => byte === 0xab)).toBe(true);
    expect(bytes.subarray(128 + length).every((byte) => byte === 0)).toBe(true);
  });

  test('cannot have more data than there is room for', () => {
    expect(() => writer().buffer(new Uint8Array(MAX_RESPONSE_DATA_BYTES + 1))).toThrow(RangeError);
  });

  test('to an opening has handle, rights, what the file is and its name as it is stored', () => {
    const opened = { handle: 2 ** 40 + 1, grantedAccess: 0x12_00a9, info, normalizedName: '\\Größe' };
    const bytes = Buffer.from(writer(1).opened(opened).finish());
    expect(bytes.readUInt32LE(16)).toBe(1);
    expect(bytes.readUInt32LE(20)).toBe(0);
    // UserContext is unused.
    expect(bytes.readBigUInt64LE(24)).toBe(0n);
    expect(bytes.readBigUInt64LE(32)).toBe(2n ** 40n + 1n);
    expect(bytes.readUInt32LE(40)).toBe(0x12_00a9);
    expectInfo(bytes, 48);
    expect([bytes.readUInt16LE(120), bytes.readUInt16LE(122), bytes.readUInt32LE(124)]).toEqual([0, 12, 0]);
    expect(bytes.toString('utf16le', 128, 140)).toBe('\\Größe');
    expect(bytes).toHaveLength(144);
  });

  test('to a query of a file has what it is', () => {
    expectInfo(Buffer.from(writer(7).fileInfo(info).finish()), 24);
  });

  test('that leads on has the tag and its buffer', () => {
    const bytes = Buffer.from(writer(1).reparse(0xa000_000c, Buffer.from('link')).finish());
    expect(bytes.readUInt32LE(16)).toBe(0xa000_000c);
    expect(bytes.readUInt32LE(20)).toBe(NtStatus.Reparse);
    expect(bytes.toString('latin1', 128, 128 + bytes.readUInt16LE(26))).toBe('link');
  });

  test('to a query of the volume has its sizes and a label of at most 32 units', () => {
    const bytes = Buffer.from(
      writer(12)
        .volumeInfo(2 ** 50, 0, 'x'.repeat(40))
        .finish(),
    );
    expect(bytes.readBigUInt64LE(24)).toBe(2n ** 50n);
    expect(bytes.readBigUInt64LE(32)).toBe(0n);
    expect(bytes.readUInt16LE(40)).toBe(64);
    expect(bytes.toString('utf16le', 42, 106)).toBe('x'.repeat(32));
    expect(bytes.subarray(106).every((byte) => byte === 0)).toBe(true);
  });
});

/** FSP_FSCTL_FILE_INFO: 72 bytes. */
function expectInfo(bytes: Buffer, at: number): void {
  expect([0, 4].map((offset) => bytes.readUInt32LE(at + offset))).toEqual([0x11, 0xa000_0003]);
  expect([8, 16, 24, 32, 40, 48, 56, 64].map((offset) => bytes.readBigUInt64LE(at + offset))).toEqual([
    4096n * 2n ** 30n,
    2n ** 42n - 1n,
    1n,
    2n,
    3n,
    0x7fff_ffff_ffff_ffffn,
    0xffff_ffff_ffff_fffen,
    0n,
  ]);
}

test('a blank record says nothing', () => {
  const bytes = Buffer.from(writer(7).fileInfo(blankFileInfo()).finish());
  expect(bytes.subarray(24).every((byte) => byte === 0)).toBe(true);
});
