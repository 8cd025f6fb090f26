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

  test('align pads to eight bytes, and with zeros also over old content', () => {
    const out = new WireWriter(16).u64(0xffff_ffff_ffff_ffffn).u64(0xffff_ffff_ffff_ffffn);
    out
      .reset()
      .bytes(Uint8Array.of(1, 2, 3))
      .align();
    expect([...out.written()]).toEqual([1, 2, 3, 0, 0, 0, 0, 0]);
    expect(out.align().position).toBe(8);
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
