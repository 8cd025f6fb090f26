/** What every backend promises (backend.ts), as one body of tests. Each implementation gives only a place. */

import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Backend, FileName } from '../backend.ts';
import { BackendError } from '../errors.ts';

const never = new AbortController().signal;

/** `open` gives a backend on an empty place of its own, with a config file of 155 bytes in it. */
export function describeBackend(name: string, open: () => Promise<Backend>): void {
  async function withFile(bytes: Uint8Array, kind: FileName['kind'] = 'lock') {
    const backend = await open();
    const file = { kind, name: createHash('sha256').update(bytes).digest('hex') };
    await backend.write(file, bytes, never);
    return { backend, file };
  }

  describe(name, () => {
    test('gives back what was written, whole', async () => {
      const bytes = randomBytes(3000);
      const { backend, file } = await withFile(bytes);
      expect(Buffer.from(await backend.read(file, never))).toEqual(bytes);
      await backend.close();
    });

    test('gives exactly the range asked for', async () => {
      const bytes = randomBytes(70_000);
      const { backend, file } = await withFile(bytes, 'pack');
      for (const range of [
        { offset: 0, length: 1 },
        { offset: 1, length: 65_536 },
        { offset: 69_999, length: 1 },
        { offset: 0, length: 70_000 },
      ]) {
        const read = await readPart(backend, file, range);
        expect(read).toEqual(bytes.subarray(range.offset, range.offset + range.length));
      }
      await backend.close();
    });

    test('gives whole files in memory of their own, so that threads can take them', async () => {
      const { backend, file } = await withFile(randomBytes(100), 'pack');
      const read = await backend.read(file, never);
      expect(read.byteLength).toBe(read.buffer.byteLength);
      await backend.close();
    });

    test.each([100, 300_000])(
      'fills memory that threads share, and nothing around it (%i bytes)',
      async (length) => {
        const bytes = randomBytes(length);
        const { backend, file } = await withFile(bytes, 'pack');
        const memory = new Uint8Array(new SharedArrayBuffer(length + 200));
        await backend.readInto(file, 10, memory.subarray(100, length), never);
        const expected = new Uint8Array(length + 200);
        expected.set(bytes.subarray(10, length - 90), 100);
        expect(Buffer.compare(memory, expected)).toBe(0);
        await backend.close();
      },
    );

    test('refuses a range beyond the end as truncated', async () => {
      const { backend, file } = await withFile(randomBytes(100), 'pack');
      const read = readPart(backend, file, { offset: 90, length: 11 });
      await expect(read).rejects.toMatchObject({ name: 'BackendError', code: 'truncated', permanent: true });
      await backend.close();
    });

    test('says not-found for a missing file, naming it', async () => {
      const backend = await open();
      const missing: FileName = { kind: 'index', name: 'ab'.repeat(32) };
      const error = await backend.read(missing, never).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(BackendError);
      expect(error).toMatchObject({ code: 'not-found', permanent: true });
      expect(String(error)).toContain('ab'.repeat(32));
      await backend.close();
    });

    test('lists the files of one kind, and none of another', async () => {
      const { backend, file } = await withFile(randomBytes(10), 'pack');
      expect(await backend.list('pack', never)).toEqual([file.name]);
      expect(await backend.list('index', never)).toEqual([]);
      expect(await backend.list('lock', never)).toEqual([]);
      await backend.close();
    });

    test('removes a file, and does not mind removing it twice', async () => {
      const { backend, file } = await withFile(randomBytes(10));
      await backend.remove(file, never);
      await backend.remove(file, never);
      expect(await backend.list('lock', never)).toEqual([]);
      await backend.close();
    });

    test('serves many readers of one file at once', async () => {
      const bytes = randomBytes(100_000);
      const { backend, file } = await withFile(bytes, 'pack');
      const reads = Array.from({ length: 100 }, (_, i) =>
        readPart(backend, file, { offset: i * 1000, length: 1000 }),
      );
      expect(Buffer.concat(await Promise.all(reads))).toEqual(bytes);
      await backend.close();
    });

    test('does nothing for a signal that has aborted', async () => {
      const { backend, file } = await withFile(randomBytes(10));
      const reason = new Error('stop');
      const aborted = AbortSignal.abort(reason);
      await expect(backend.read(file, aborted)).rejects.toBe(reason);
      await expect(backend.readInto(file, 0, new Uint8Array(1), aborted)).rejects.toBe(reason);
      await expect(backend.list('lock', aborted)).rejects.toBe(reason);
      await expect(backend.remove(file, aborted)).rejects.toBe(reason);
      expect(await backend.list('lock', never)).toEqual([file.name]);
      await backend.close();
    });

    test('takes no name that is not a storage id', async () => {
      const backend = await open();
      const outside = { kind: 'lock', name: '../config' } as const;
      await expect(backend.read(outside, never)).rejects.toThrow();
      await expect(backend.write(outside, randomBytes(1), never)).rejects.toThrow();
      expect((await backend.read({ kind: 'config', name: '' }, never)).byteLength).toBe(155);
      await backend.close();
    });
  });
}

async function readPart(
  backend: Backend,
  file: FileName,
  range: { readonly offset: number; readonly length: number },
): Promise<Buffer> {
  const bytes = Buffer.alloc(range.length);
  await backend.readInto(file, range.offset, bytes, never);
  return bytes;
}
