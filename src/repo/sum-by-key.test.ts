import { expect, test } from 'vitest';
import { SumByKey } from './sum-by-key.ts';

test('SumByKey counts each key once, and only while it is there', () => {
  const sum = new SumByKey();
  sum.set('a', 1);
  sum.set('b', 2);
  expect(sum.total).toBe(3);
  sum.set('a', 10);
  expect(sum.total).toBe(12);
  sum.delete('a');
  sum.delete('a');
  expect(sum.total).toBe(2);
});
