import { describe, expect, test } from 'vitest';
import { formatByteSize, parseByteSize } from './byte-size.ts';

describe('parseByteSize', () => {
  test.each([
    ['0', 0],
    ['1023', 1023],
    ['1b', 1],
    ['2k', 2048],
    ['64M', 64 * 1024 ** 2],
    ['64MiB', 64 * 1024 ** 2],
    ['64 mib', 64 * 1024 ** 2],
    ['64MB', 64 * 1024 ** 2],
    ['1.5G', 1.5 * 1024 ** 3],
    ['2T', 2 * 1024 ** 4],
  ])('reads %j as %d bytes', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  test.each(['', 'M', '-1', '1X', '1 0', '0x10', '1e3', '99999999999T', 'NaN'])('refuses %j', (text) => {
    expect(() => parseByteSize(text)).toThrow(`Invalid size "${text}"`);
  });
});

describe('formatByteSize', () => {
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.000 KiB'],
    [1536 * 1024, '1.500 MiB'],
    [1024 ** 3 - 1, '1024.000 MiB'],
    [1024 ** 3, '1.000 GiB'],
    [5 * 1024 ** 4, '5.000 TiB'],
    [5 * 1024 ** 5, '5120.000 TiB'],
  ])('writes %d as restic does', (bytes, text) => {
    expect(formatByteSize(bytes)).toBe(text);
  });
});
