import { expect, test } from 'vitest';
import { LazySignal } from './lazy-signal.ts';

test.each(['before', 'after'])('LazySignal aborts, asked for %s it did', (when) => {
  const lazy = new LazySignal();
  const before = when === 'before' ? lazy.signal : undefined;
  expect([lazy.aborted, before?.aborted ?? false]).toEqual([false, false]);
  lazy.abort();
  expect(lazy.signal).toBe(before ?? lazy.signal);
  expect([lazy.aborted, lazy.signal.aborted]).toEqual([true, true]);
});
