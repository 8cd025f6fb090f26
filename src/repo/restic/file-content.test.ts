import { describe, expect, test } from 'vitest';
import { BlobCache } from '../blob-cache.ts';
import type { Memory } from '../memory/memory.ts';
import { FileContent } from './file-content.ts';

const never = new AbortController().signal;
const BLOB = 10;
const FREED = 0xdd;

/** Blobs of ten bytes, each of its own number; what is freed holds something else at once. */
function setUp(maxBytes: number) {
  const loaded: number[] = [];
  const cache = new BlobCache<Memory>({
    maxBytes,
    bytesOf: ({ bytes }) => bytes.length,
    free: (blob) => blob.free(),
  });
  const reader = {
    data: async (id: Uint8Array): Promise<Memory> => {
      loaded.push(id[0]!);
      const bytes = new Uint8Array(BLOB).fill(id[0]!);
      return { bytes, free: () => bytes.fill(FREED) };
    },
  };
  const file = (...blobs: number[]) => {
    const ids = Buffer.concat(blobs.map((blob) => Buffer.alloc(32, blob)));
    return new FileContent(ids, new Float64Array(blobs.length).fill(BLOB), cache, reader);
  };
  return { loaded, file };
}

async function readAll(content: FileContent): Promise<number[]> {
  const read: number[] = [];
  await content.read(0, content.size, never, (slices) => {
    read.push(...slices.flatMap((slice) => [...slice]));
  });
  return read;
}

describe('FileContent', () => {
  test('lends its memory until whoever uses it is done, whatever is read meanwhile', async () => {
    const { file } = setUp(2 * BLOB);
    let seen: number[] = [];
    await file(1, 2).read(5, 10, never, async (slices) => {
      for (let blob = 3; blob < 9; blob++) await readAll(file(blob));
      await new Promise(setImmediate);
      seen = slices.flatMap((slice) => [...slice]);
    });
    expect(seen).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
  });

  test('keeps what was read in part longer than what was read to its end', async () => {
    const { loaded, file } = setUp(3 * BLOB);
    await file(1).read(0, 5, never, () => undefined);
    for (let blob = 2; blob < 9; blob++) await readAll(file(blob));
    await file(1).read(5, 2, never, () => undefined);
    expect(loaded).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('keeps what was to be read to its end and was not', async () => {
    const { loaded, file } = setUp(3 * BLOB);
    const failing = file(1).read(0, BLOB, never, () => Promise.reject(new Error('The reader broke')));
    await expect(failing).rejects.toThrow('The reader broke');
    for (let blob = 2; blob < 9; blob++) await readAll(file(blob));
    expect(await readAll(file(1))).toEqual(new Array(BLOB).fill(1));
    expect(loaded.filter((blob) => blob === 1)).toHaveLength(1);
  });
});
