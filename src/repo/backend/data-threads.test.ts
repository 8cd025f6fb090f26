import { expect, test } from 'vitest';
import { createDataThreads } from './data-threads.ts';

test.each<[poolSize: string | undefined, threads: number]>([
  [undefined, 1],
  ['4', 1],
  ['5', 2],
  ['16', 13],
  ['4096', 1021],
  // The start script lets none of these through.
  ['1', 1],
  ['-3', 1],
  ['many', 1],
])('of a pool of %s reading data takes %d threads', (poolSize, threads) => {
  expect(createDataThreads(poolSize).getValue()).toBe(threads);
});
