import { describe, expect, test } from 'vitest';
import { WireReader, WireWriter } from './cursor.ts';

describe('WireWriter', () => {
  test.each([
    [0, 0n],
    [1, 1n],
    [-1, -1n],
    [-2_147_483_649, -2_147_483_649n],
    [0xffff_ffff, 0xffff_ffffn],
    [2 ** 53 - 1, 2n ** 53n - 1n],
    [-(2 ** 53) + 1, -(2n ** 53n) + 1n],
  ])('i64 writes %d as two-complement', (value, expected) => {
    const out = new WireWriter(8);
    expect(new DataView(out.i64(value).written().slice().buffer).getBigInt64(0, true)).toBe(expected);
  });

  test.each([0, 3, 8, 63, 64, 1000])('padded writes %d bytes, and zeros also over old content', (length) => {
    const name = Uint8Array.from({ length }, (_, i) => (i % 255) + 1);
    const size = Math.ceil(length / 8) * 8;
    const out = new WireWriter(8 + size);
    while (out.position < out.size) out.u64(0xffff_ffff_ffff_ffffn);
    out.reset().u64(7n).padded(name);
    expect([...out.written().subarray(8)]).toEqual([...name, ...new Array(size - length).fill(0)]);
  });

  test.each([0, 1, 7, 8, 92])('zeros writes %d bytes over old content, and no more', (length) => {
    const out = new WireWriter(96);
    while (out.position < out.size) out.u64(0xffff_ffff_ffff_ffffn);
    out.reset().zeros(length);
    const written = out.written();
    expect([...written]).toEqual(new Array(length).fill(0));
    expect(new Uint8Array(written.buffer).subarray(length).every((byte) => byte === 0xff)).toBe(true);
  });

  test('never writes beyond its end', () => {
    expect(() => new WireWriter(7).u64(0n)).toThrow(RangeError);
  });
});

describe('WireReader', () => {
  test('reads back what WireWriter wrote', () => {
    const out = new WireWriter(40)
      .u16(0xfffe)
      .u16(1)
      .u32(0xdead_beef)
      .u64(2n ** 64n - 1n)
      .pair(7, 9)
      .i64(-5);
    const reader = new WireReader(out.written());
    expect([reader.u16(), reader.u16(), reader.u32(), reader.u64()]).toEqual([
      0xfffe,
      1,
      0xdead_beef,
      2n ** 64n - 1n,
    ]);
    expect(reader.u64()).toBe((7n << 32n) | 9n);
    expect(BigInt.asIntN(64, reader.u64())).toBe(-5n);
    expect(reader.left).toBe(0);
  });
});
