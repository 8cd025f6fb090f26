import { describe, expect, test } from 'vitest';
import { DirectoryBuffer } from './directory-buffer.ts';
import { blankFileInfo } from './file-info.ts';

const info = { ...blankFileInfo(), attributes: 0x80, index: 7n };

function buffer(size: number): DirectoryBuffer {
  return new DirectoryBuffer(new Uint8Array(size).fill(0xff));
}

describe('a piece of a listing', () => {
  test('has records at multiples of 8, with zeros between them, and an end', () => {
    const piece = buffer(1000);
    expect([piece.add('a', info), piece.add('größer', info)]).toEqual([true, true]);
    piece.end();
    const bytes = Buffer.from(piece.written());
    expect(bytes.readUInt16LE(0)).toBe(106);
    expect(bytes.readUInt32LE(8)).toBe(0x80);
    expect(bytes.readBigUInt64LE(64)).toBe(7n);
    expect(bytes.subarray(80, 104).every((byte) => byte === 0)).toBe(true);
    expect(bytes.toString('utf16le', 104, 106)).toBe('a');
    expect(bytes.subarray(106, 112).every((byte) => byte === 0)).toBe(true);
    expect(bytes.readUInt16LE(112)).toBe(116);
    expect(bytes.toString('utf16le', 216, 228)).toBe('größer');
    expect(bytes.readUInt16LE(232)).toBe(0);
    expect(bytes).toHaveLength(234);
  });

  test.each([
    [106, 1, 'one record', 106],
    [105, 0, 'no record', 0],
    [112 + 106, 2, 'two records', 218],
    [112 + 105, 1, 'one record and no half', 106],
  ])('of %d bytes holds %d: %s', (size, count, _what, used) => {
    const piece = buffer(size);
    const added = ['a', 'b', 'c'].filter((name) => piece.add(name, info));
    expect(added).toHaveLength(count);
    expect(piece.used).toBe(used);
  });

  test('leaves the end out where there is no room for it', () => {
    const full = buffer(112);
    full.add('a', info);
    full.end();
    expect(full.written()).toHaveLength(106);
    const exact = buffer(114);
    exact.add('a', info);
    exact.end();
    expect(exact.written()).toHaveLength(114);
  });

  test('of an empty folder is the end alone', () => {
    const piece = buffer(100);
    piece.end();
    expect([...piece.written()]).toEqual([0, 0]);
  });
});
