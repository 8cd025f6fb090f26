import { describe, expect, test } from 'vitest';
import { countingContent } from '../testing/memory-view.ts';
import { RecentFiles } from './recent-files.ts';

describe('RecentFiles', () => {
  test('keeps the file that was opened first', () => {
    const files = new RecentFiles();
    const first = countingContent(1);
    expect(files.add({ high: 1, low: 2 }, first)).toBe(first);
    expect(files.add({ high: 1, low: 2 }, countingContent(1))).toBe(first);
    expect(files.get({ high: 1, low: 2 })).toBe(first);
    expect(files.get({ high: 2, low: 1 })).toBeUndefined();
  });

  test('holds a bounded number, those read last', () => {
    const files = new RecentFiles();
    for (let low = 0; low < 1000; low++) {
      files.add({ high: 1, low }, countingContent(1));
      files.get({ high: 1, low: 0 });
    }
    const held = Array.from({ length: 1000 }, (_, low) => files.get({ high: 1, low })).filter(Boolean);
    expect(held.length).toBeLessThan(200);
    expect(files.get({ high: 1, low: 0 })).toBeDefined();
    expect(files.get({ high: 1, low: 500 })).toBeUndefined();
  });
});
