import { describe, expect, test } from 'vitest';
import { inParallel } from './in-parallel.ts';

describe('inParallel', () => {
  test('runs every item, at most so many at once', async () => {
    let running = 0;
    let most = 0;
    const seen: number[] = [];
    await inParallel(3, [1, 2, 3, 4, 5, 6, 7], async (item) => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      seen.push(item);
      running--;
    });
    expect(seen.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  test('rejects with the first failure after what was under way has ended', async () => {
    const ended: number[] = [];
    const work = inParallel(2, [1, 2, 3, 4], async (item) => {
      await new Promise(setImmediate);
      if (item === 1) throw new Error('first');
      await new Promise(setImmediate);
      ended.push(item);
    });
    await expect(work).rejects.toThrow('first');
    expect(ended).toEqual([2]);
  });
});
