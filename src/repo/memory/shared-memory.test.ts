import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { SharedMemory } from './shared-memory.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** What was asked to be mapped, in MiB from the beginning, and how each is answered. */
class FakeSystem {
  readonly asked: [number, number][] = [];
  #answer: ((populated: boolean) => void) | undefined;

  readonly populate = ({ byteOffset, byteLength }: Uint8Array): Promise<boolean> => {
    this.asked.push([byteOffset / MIB, (byteOffset + byteLength) / MIB]);
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  };

  async answer(populated: boolean): Promise<void> {
    this.#answer?.(populated);
    await setImmediate();
  }
}

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

  test('has what will be used next mapped, a part at a time', async () => {
    const system = new FakeSystem();
    const memory = new SharedMemory(64 * MIB, system.populate);
    expect(system.asked).toEqual([]);
    memory.take(2 * MIB);
    memory.take(2 * MIB);
    expect(system.asked).toEqual([[2, 6]]);
    await system.answer(true);
    expect(system.asked).toEqual([
      [2, 6],
      [6, 10],
    ]);
    for (let n = 0; n < 10; n++) await system.answer(true);
    expect(system.asked.at(-1)).toEqual([6, 10]);
    memory.take(3 * MIB);
    expect(system.asked.at(-1)).toEqual([10, 14]);
  });

  test('asks no more of a system that does not map in advance', async () => {
    const system = new FakeSystem();
    const memory = new SharedMemory(64 * MIB, system.populate);
    memory.take(2 * MIB);
    await system.answer(false);
    expect(memory.take(20 * MIB)).toBeDefined();
    expect(system.asked.length).toBe(1);
  });

  test('is closed when nothing is being mapped any more, and asks for nothing then', async () => {
    const system = new FakeSystem();
    const memory = new SharedMemory(64 * MIB, system.populate);
    memory.take(2 * MIB);
    let closed = false;
    const closing = memory.close().then(() => {
      closed = true;
    });
    await setImmediate();
    expect(closed).toBe(false);
    await system.answer(true);
    await closing;
    memory.take(20 * MIB);
    expect(system.asked.length).toBe(1);
  });
});
