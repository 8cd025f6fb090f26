import { expect, onTestFinished, test } from 'vitest';
import { createDataThreads } from './data-threads.ts';
import { declarePoolThreads, poolThreads, poolVariable } from './thread-pool.ts';

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

test.each([
  [undefined, '16'],
  ['', '16'],
  ['3', '16'],
  ['many', '16'],
  ['4', '4'],
  ['64', '64'],
])('a process that is started where %j was given has %s threads', (given, threads) => {
  expect(poolVariable(given)).toBe(threads);
});
