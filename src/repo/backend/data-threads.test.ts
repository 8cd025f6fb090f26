import { expect, onTestFinished, test } from 'vitest';
import { createDataThreads } from './data-threads.ts';
import { declarePoolThreads, poolThreads } from './thread-pool.ts';

test.each([
  [16, 13],
  [5, 2],
  [4, 1],
  // The start script lets no smaller pool through.
  [1, 1],
])('of a pool of %d threads reading data takes %d', (pool, threads) => {
  expect(createDataThreads(pool).getValue()).toBe(threads);
});

test('the pool is as large as the start of the program says, otherwise as by default', () => {
  onTestFinished(() => declarePoolThreads(4));
  expect(createDataThreads().getValue()).toBe(1);
  declarePoolThreads(16);
  expect(poolThreads()).toBe(16);
  expect(createDataThreads().getValue()).toBe(13);
});
