import { expect, test } from 'vitest';
import { countingContent } from '../testing/memory-view.ts';
import { OpenFiles } from './open-files.ts';

test('each open file has a handle that is not 0, until it is removed', () => {
  const files = new OpenFiles();
  const [one, two] = [countingContent(1), countingContent(2)];
  const [first, second] = [files.add(one), files.add(two)];
  expect(first).toBeGreaterThan(0);
  expect(second).not.toBe(first);
  expect([files.get(first), files.get(second), files.get(0)]).toEqual([one, two, undefined]);
  files.remove(first);
  expect(files.get(first)).toBeUndefined();
});
