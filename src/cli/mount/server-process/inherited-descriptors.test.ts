import { describe, expect, test } from 'vitest';
import { closesOnExec } from './inherited-descriptors.ts';

describe('closesOnExec', () => {
  test.each([
    ['pos:\t0\nflags:\t0100001\nmnt_id:\t15\n', false],
    ['pos:\t0\nflags:\t02100001\nmnt_id:\t15\n', true],
    ['something else', true],
  ])('of %j is %j', (info, expected) => {
    expect(closesOnExec(info)).toBe(expected);
  });
});
