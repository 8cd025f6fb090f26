import { describe, expect, test } from 'vitest';
import { piecesOf } from './neighbours.ts';

const KIB = 1024;
const at = (pack: string, offset: number, length: number) => ({
  pack,
  offset,
  length,
  uncompressedLength: 0,
});

describe('piecesOf', () => {
  test.each([
    ['nothing', [], []],
    ['what is not there', [undefined, at('a', 0, 10)], [{ pack: 'a', offset: 0, length: 10, members: [1] }]],
    [
      'neighbours, in the order of the pack',
      [at('a', 30, 10), at('a', 10, 20), at('a', 40, 5)],
      [{ pack: 'a', offset: 10, length: 35, members: [1, 0, 2] }],
    ],
    [
      'packs apart',
      [at('b', 0, 10), at('a', 10, 20)],
      [
        { pack: 'a', offset: 10, length: 20, members: [1] },
        { pack: 'b', offset: 0, length: 10, members: [0] },
      ],
    ],
    [
      'small gaps read over, large ones not',
      [at('a', 0, 10), at('a', 16 * KIB + 10, 10), at('a', 32 * KIB + 21, 10)],
      [
        { pack: 'a', offset: 0, length: 16 * KIB + 20, members: [0, 1] },
        { pack: 'a', offset: 32 * KIB + 21, length: 10, members: [2] },
      ],
    ],
    [
      'no piece above 128 KiB',
      [at('a', 0, 100 * KIB), at('a', 100 * KIB, 28 * KIB), at('a', 128 * KIB, 1)],
      [
        { pack: 'a', offset: 0, length: 128 * KIB, members: [0, 1] },
        { pack: 'a', offset: 128 * KIB, length: 1, members: [2] },
      ],
    ],
    [
      'one blob twice, or overlapping by a lie of the index, in pieces of their own',
      [at('a', 0, 10), at('a', 0, 10), at('a', 5, 10)],
      [
        { pack: 'a', offset: 0, length: 10, members: [0] },
        { pack: 'a', offset: 0, length: 10, members: [1] },
        { pack: 'a', offset: 5, length: 10, members: [2] },
      ],
    ],
  ])('gives %s', (_what, locations, pieces) => {
    expect(piecesOf(locations)).toEqual(pieces);
  });
});
