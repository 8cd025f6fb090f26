import { describe, expect, test } from 'vitest';
import { displayWidth, layOutTable } from './table.ts';

describe('layOutTable', () => {
  test('makes columns as wide as their widest line and ends no line with blanks', () => {
    const table = layOutTable(['A', 'Long heading', 'C'], [[['one'], ['x', 'yy'], ['end', '', 'more']]]);
    expect(table.header).toBe('A    Long heading  C');
    expect(table.rule).toBe('-'.repeat('one'.length + 2 + 'Long heading'.length + 2 + 'more'.length));
    expect(table.rows).toEqual([['one  x             end', '     yy', '                   more']]);
  });

  test('keeps a row without any line', () => {
    expect(layOutTable(['A'], [[[]]]).rows).toEqual([['']]);
  });
});

test.each([
  ['abc', 3],
  ['日本', 4],
  ['한글', 4],
  ['e\u0301', 1],
  ['😀', 2],
  ['', 0],
])('displayWidth of %j is %d cells', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});
