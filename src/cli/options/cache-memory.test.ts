import { describe, expect, test } from 'vitest';
import { resolveCacheMemory } from './cache-memory.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

describe('resolveCacheMemory', () => {
  test.each([
    [256 * MIB, 32],
    [2 * GIB, 128],
    [8 * GIB, 512],
    [512 * GIB, 640],
  ])('keeps a sixteenth of %i bytes of memory, within bounds', (machine, contents) => {
    expect(resolveCacheMemory(undefined, machine)).toEqual({ contents: contents * MIB, trees: 32 * MIB });
  });

  test('asks the machine', () => {
    const { contents } = resolveCacheMemory(undefined);
    expect(contents).toBeGreaterThanOrEqual(32 * MIB);
    expect(contents).toBeLessThanOrEqual(640 * MIB);
  });

  test('keeps what it is told to, of contents and of folders', () => {
    expect(resolveCacheMemory('64M', 0)).toEqual({ contents: 64 * MIB, trees: 64 * MIB });
    expect(() => resolveCacheMemory('1M')).toThrow(
      'Value "1M" for --cache-memory is too small: it takes at least 8.000 MiB, one blob',
    );
  });
});
