import { describe, expect, test } from 'vitest';
import { finderAnswer, isLeftOut } from './finder.ts';

describe('finderAnswer', () => {
  test.each([
    ['/.DS_Store', 'missing'],
    ['/hosts/atlas/latest/.DS_Store', 'missing'],
    ['/a/._letter.txt', 'missing'],
    ['/a/._', 'missing'],
    ['/.metadata_never_index', 'empty'],
    ['/a/.metadata_never_index', 'ask'],
    ['/a/DS_Store', 'ask'],
    ['/a._b', 'ask'],
    ['/._a/b', 'ask'],
    ['/', 'ask'],
  ])('on macOS of %s is %s', (path, expected) => {
    expect(finderAnswer(path, 'darwin')).toBe(expected);
    expect(finderAnswer(path, 'linux')).toBe('ask');
  });
});

test.each([
  ['.DS_Store', true],
  ['._x', true],
  ['.metadata_never_index', false],
  ['x', false],
])('listings on macOS leave %s out: %s', (name, expected) => {
  expect(isLeftOut(name, 'darwin')).toBe(expected);
  expect(isLeftOut(name, 'linux')).toBe(false);
});
