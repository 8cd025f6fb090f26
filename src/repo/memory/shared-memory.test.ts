import { describe, expect, test } from 'vitest';
import { SharedMemory } from './shared-memory.ts';

const KIB = 1024;

describe('SharedMemory', () => {
  test('gives memory that threads see, each its own', () => {
    const memory = new SharedMemory(256 * KIB);
    const [first, second] = [100, 50].map((kib) => memory.take(kib * KIB)!.bytes);
    expect(first!.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(second!.buffer).toBe(first!.buffer);
    first!.fill(1);
    second!.fill(2);
    expect([first!.length, first!.every((byte) => byte === 1)]).toEqual([100 * KIB, true]);
  });

  test('has none while all of it is taken, and gives it to the next when it was freed, once', () => {
    const memory = new SharedMemory(256 * KIB);
    const [first, second] = [memory.take(128 * KIB)!, memory.take(128 * KIB)!];
    expect(memory.take(128 * KIB)).toBeUndefined();
    first.free();
    const third = memory.take(128 * KIB)!;
    expect(third.bytes.byteOffset).toBe(first.bytes.byteOffset);
    // What has another owner now stays with that one.
    first.free();
    expect(memory.take(128 * KIB)).toBeUndefined();
    second.free();
    expect(memory.take(128 * KIB)?.bytes.byteOffset).toBe(second.bytes.byteOffset);
  });

  test('has none where the system does not give so much', () => {
    expect(new SharedMemory(2 ** 52).take(128 * KIB)).toBeUndefined();
  });

  test('leaves small ones to the garbage collector', () => {
    expect(new SharedMemory(256 * KIB).take(31 * KIB)).toBeUndefined();
  });
});
