import { describe, expect, test } from 'vitest';
import { Frontier } from './frontier.ts';

const MIB = 2 ** 20;

/** In MiB. */
function parts(frontier: Frontier): [number, number][] {
  const found: [number, number][] = [];
  for (let part = frontier.next(); part !== undefined; part = frontier.next()) {
    found.push([part.start / MIB, part.end / MIB]);
  }
  return found;
}

function usedUpTo(frontier: Frontier, mib: number): Frontier {
  frontier.use(mib * MIB);
  return frontier;
}

describe('Frontier', () => {
  test('goes 8 MiB ahead of what was used, in steps', () => {
    const frontier = usedUpTo(new Frontier(100 * MIB), 3);
    expect(parts(frontier)).toEqual([
      [3, 7],
      [7, 11],
    ]);
    expect(parts(usedUpTo(frontier, 7))).toEqual([[11, 15]]);
  });

  test('goes no further while what was used before is used again', () => {
    const frontier = usedUpTo(new Frontier(100 * MIB), 3);
    parts(frontier);
    expect(parts(usedUpTo(frontier, 2))).toEqual([]);
  });

  test('leaves out what was used before it was mapped', () => {
    const frontier = usedUpTo(new Frontier(100 * MIB), 3);
    frontier.next();
    expect(parts(usedUpTo(frontier, 20))[0]).toEqual([20, 24]);
  });

  test('ends where the memory does', () => {
    expect(parts(usedUpTo(new Frontier(10.5 * MIB), 7))).toEqual([[7, 10.5]]);
    expect(parts(usedUpTo(new Frontier(10 * MIB), 10))).toEqual([]);
  });
});
