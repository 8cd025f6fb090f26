import { describe, expect, test } from 'vitest';
import { InitFlag } from './constants.ts';
import { negotiate } from './init.ts';

const ALL = 0xffff_ffff;

describe('negotiate', () => {
  test.each([
    [23, 23],
    [31, 31],
    [45, 31],
  ])('answers protocol 7.%d with 7.%d', (minor, answered) => {
    expect(negotiate({ major: 7, minor, flags: ALL })).toMatchObject({
      kind: 'agreed',
      answer: { major: 7, minor: answered },
    });
  });

  test('takes nothing that the kernel does not offer', () => {
    const negotiation = negotiate({ major: 7, minor: 31, flags: InitFlag.AsyncRead | (1 << 5) });
    expect(negotiation).toMatchObject({ answer: { flags: InitFlag.AsyncRead } });
  });

  test('asks for reads of 1 MiB and takes writes of no more than a page', () => {
    expect(negotiate({ major: 7, minor: 31, flags: ALL })).toMatchObject({
      answer: { maxPages: 256, maxWrite: 4096 },
    });
  });

  test('tells a newer major version ours, so that it tries again', () => {
    expect(negotiate({ major: 8, minor: 0, flags: ALL })).toMatchObject({
      kind: 'again',
      answer: { major: 7 },
    });
  });

  test.each([
    [7, 22],
    [6, 99],
  ])('refuses %d.%d and says what is needed', (major, minor) => {
    expect(negotiate({ major, minor, flags: ALL })).toEqual({
      kind: 'refused',
      reason: `The kernel speaks FUSE protocol ${major}.${minor}, and 7.23 (Linux 3.15) is needed`,
    });
  });
});
