/** The long run of the decoder of reparse points; the unit tests have a short one. Needs neither mount nor restic. */

import { expect, test } from 'vitest';
import { fuzzDecoder } from '../src/reparse/testing/fuzz-decoder.ts';

const ROUNDS = 1_000_000;

test('of 1,000,000 damaged reparse buffers each gives a ReparseError or a value, read from within its bounds', () => {
  const { read, refused } = fuzzDecoder(ROUNDS, 2);
  const total = [...read.values(), ...refused.values()].reduce((sum, count) => sum + count, 0);
  expect(total).toBe(ROUNDS);
  // Neither all nor none: each kind is still read thousands of times, and refused for each reason.
  for (const count of [...read.values()]) expect(count).toBeGreaterThan(ROUNDS / 100);
  expect(read.size).toBe(5);
  expect(refused.size).toBeGreaterThan(15);
});
