import { describe, expect, test } from 'vitest';
import { EntryKind, type Listing } from '../../node.ts';
import { file, folder } from '../../testing/memory-view.ts';
import { InOrder } from './in-order.ts';

const never = new AbortController().signal;
const isFile = (listing: Listing, entry: number) => listing.kind(entry) === EntryKind.File;

/** `f` for a file, `d` for a folder. */
async function setUp(kinds: string, most = 8) {
  const entries = [...kinds].map(
    (kind, place) => [`${place}`, kind === 'f' ? file('x') : folder({})] as const,
  );
  const listing = await folder(entries).list(never);
  const files = new InOrder({ first: 2, most, counts: isFile });
  return { files, ask: (entry: number) => files.after(listing, entry), begin: () => files.begin(listing) };
}

describe('InOrder', () => {
  test('prepares more with each entry that comes in order, and each once', async () => {
    const { ask } = await setUp('f'.repeat(20));
    expect(ask(0)).toEqual([1, 2]);
    expect(ask(1)).toEqual([3, 4, 5]);
    expect(ask(2)).toEqual([6, 7, 8, 9, 10]);
    expect(ask(3)).toEqual([]);
    expect(ask(7)).toEqual([11, 12, 13, 14, 15]);
  });

  test('takes an entry that comes after those it prepared for the next one', async () => {
    const { ask, files } = await setUp('f'.repeat(20));
    ask(0);
    expect(ask(3)).toEqual([4, 5, 6, 7]);
    expect(files.window).toBe(4);
  });

  test('passes over entries of other kinds', async () => {
    const { ask } = await setUp('dfddfdfff');
    expect(ask(1)).toEqual([4, 6]);
    expect(ask(4)).toEqual([7, 8]);
  });

  test('prepares nothing for one that jumps, and starts anew where it went', async () => {
    const { ask, files } = await setUp('f'.repeat(20));
    ask(0);
    expect(ask(9)).toEqual([]);
    expect(files.window).toBe(0);
    expect(ask(10)).toEqual([11, 12]);
    expect(ask(4)).toEqual([]);
  });

  test('prepares nothing for one that begins in the middle', async () => {
    const { ask } = await setUp('f'.repeat(20));
    expect(ask(5)).toEqual([]);
  });

  test('begins with as many as it may, unless somebody has begun already', async () => {
    const { ask, begin } = await setUp('f'.repeat(20), 4);
    expect(begin()).toEqual([0, 1, 2, 3]);
    expect(begin()).toEqual([]);
    expect(ask(2)).toEqual([4, 5, 6]);
  });

  test('ends its search for the next entry among many of other kinds', async () => {
    const { ask } = await setUp(`f${'d'.repeat(2000)}f`);
    expect(ask(0)).toEqual([]);
  });

  test('ends with the folder', async () => {
    const { ask } = await setUp('fff');
    expect(ask(0)).toEqual([1, 2]);
    expect(ask(2)).toEqual([]);
  });
});
