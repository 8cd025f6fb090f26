import { describe, expect, test } from 'vitest';
import { Extents } from './extents.ts';

const UNIT = 4096;

describe('Extents', () => {
  test('takes from the beginning, in whole units, until nothing is left', () => {
    const extents = new Extents(4 * UNIT + 100);
    expect([1, UNIT, UNIT + 1, 1].map((length) => extents.take(length))).toEqual([0, UNIT, 2 * UNIT, -1]);
  });

  test('takes again what was given back, the first place with room', () => {
    const extents = new Extents(10 * UNIT);
    const taken = [1, 2, 3, 4].map((units) => extents.take(units * UNIT));
    extents.give(taken[2]!, 3 * UNIT);
    extents.give(taken[0]!, UNIT);
    expect(extents.take(2 * UNIT)).toBe(3 * UNIT);
    expect(extents.take(UNIT)).toBe(0);
    expect(extents.take(2 * UNIT)).toBe(-1);
    expect(extents.take(UNIT)).toBe(5 * UNIT);
  });

  test.each([[[0, 1, 2]], [[2, 1, 0]], [[0, 2, 1]], [[1, 0, 2]]])(
    'joins what was given back in the order %j',
    (order) => {
      const extents = new Extents(6 * UNIT);
      const taken = [0, 1, 2].map(() => extents.take(2 * UNIT));
      for (const at of order) extents.give(taken[at]!, 2 * UNIT);
      expect(extents.take(6 * UNIT)).toBe(0);
    },
  );

  test('never gives the same bytes to two, and is whole again at the end', () => {
    const length = 64;
    const extents = new Extents(length * UNIT);
    const owner = new Array<number>(length).fill(-1);
    const held = new Map<number, { start: number; units: number }>();
    let random = 1;
    for (let step = 0; step < 20_000; step++) {
      random = (random * 48_271) % 0x7fff_ffff;
      const oldest = held.keys().next().value;
      if (oldest !== undefined && random % 3 === 0) {
        const { start, units } = held.get(oldest)!;
        expect(owner.slice(start, start + units).every((each) => each === oldest)).toBe(true);
        owner.fill(-1, start, start + units);
        extents.give(start * UNIT, units * UNIT - 1);
        held.delete(oldest);
      } else {
        const units = 1 + ((random >> 8) % 9);
        const start = extents.take(units * UNIT) / UNIT;
        if (start < 0) continue;
        expect(owner.slice(start, start + units)).toEqual(new Array(units).fill(-1));
        owner.fill(step, start, start + units);
        held.set(step, { start, units });
      }
    }
    for (const { start, units } of held.values()) extents.give(start * UNIT, units * UNIT);
    expect(extents.take(length * UNIT)).toBe(0);
  });

  test('has nothing to give where there is nothing', () => {
    expect(new Extents(UNIT - 1).take(1)).toBe(-1);
  });
});
