import { describe, expect, test } from 'vitest';
import { BackendError } from '../backend/errors.ts';
import { MemoryReporter } from '../testing/memory-reporter.ts';
import { BlobReader } from './blob-reader.ts';
import { IndexLoader } from './index/index-loader.ts';
import { blobId, SealedRepository } from './testing/sealed-repository.ts';

const never = new AbortController().signal;

async function setUp() {
  const repository = new SealedRepository();
  const { backend } = repository;
  const decoder = await repository.decoder();
  const index = new IndexLoader(backend, decoder, new MemoryReporter());
  const reader = new BlobReader(backend, index, decoder);
  const read = async (text: string) => Buffer.from((await reader.data(blobId(text), never)).bytes).toString();
  return { repository, backend, index, reader, read };
}

describe('BlobReader', () => {
  test('finds a blob of an index file that was not there yet', async () => {
    const { repository, index, read } = await setUp();
    await index.refresh(never);
    repository.addIndex(repository.addPack(['x', 'hello']));
    expect(await read('hello')).toBe('hello');
  });

  test('tries every pack that holds a blob', async () => {
    const { repository, backend, read } = await setUp();
    const [damaged, missing, whole] = [1, 2, 3].map(() => repository.addPack(['hello']));
    repository.addIndex(damaged!, missing!, whole!);
    repository.damage(`pack/${damaged!.id}`);
    backend.files.delete(`pack/${missing!.id}`);
    expect(await read('hello')).toBe('hello');
    expect(backend.calls.filter((call) => call.startsWith('list'))).toEqual(['list index/']);
  });

  test('finds a blob again whose pack was repacked by a prune', async () => {
    const { repository, backend, index, read } = await setUp();
    const old = repository.addPack(['hello']);
    repository.addIndex(old);
    await index.refresh(never);
    repository.addIndex(repository.addPack(['hello']));
    backend.files.delete(`pack/${old.id}`);
    expect(await read('hello')).toBe('hello');
  });

  test('names the blob and its pack when that is gone, after one look for another', async () => {
    const { repository, backend, index, reader } = await setUp();
    const pack = repository.addPack(['hello']);
    repository.addIndex(pack);
    await index.refresh(never);
    backend.files.delete(`pack/${pack.id}`);
    backend.calls.length = 0;
    const failure = await reader.data(blobId('hello'), never).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'RepositoryError', code: 'damaged' });
    expect(String(failure)).toContain(`from pack ${pack.id} at byte 0`);
    expect(backend.calls).toEqual([`read pack/${pack.id}`, 'list index/']);
  });

  test('calls what it could not reach unavailable, and keeps the failure of each pack', async () => {
    const { repository, backend, reader } = await setUp();
    const [damaged, failing] = [1, 2].map(() => repository.addPack(['hello']));
    repository.addIndex(damaged!, failing!);
    repository.damage(`pack/${damaged!.id}`);
    backend.before = async (_operation, _kind, name) => {
      if (name === failing!.id) throw new BackendError('failed', 'EIO');
    };
    const failure = await reader.data(blobId('hello'), never).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'unavailable', cause: { errors: [{}, {}] } });
    expect(String(failure)).toMatch(new RegExp(`${failing!.id}.*EIO.*1 other`));
  });

  test('rejects with a RepositoryError when the index cannot be listed', async () => {
    const { backend, reader } = await setUp();
    backend.before = () => Promise.reject(new BackendError('failed', 'Input/output error'));
    const reading = reader.data(blobId('hello'), never);
    await expect(reading).rejects.toMatchObject({ name: 'RepositoryError', code: 'unavailable' });
  });

  test('reads no blob that is said to be larger than any program makes', async () => {
    const { repository, backend, reader } = await setUp();
    const pack = repository.addPack(['hello']);
    const lie = { ...pack.blobs[0]!, uncompressed_length: 0xffff_ffff };
    repository.addIndex({ id: pack.id, blobs: [lie] });
    await expect(reader.data(blobId('hello'), never)).rejects.toMatchObject({ code: 'unsupported' });
    expect(backend.calls.filter((call) => call.startsWith('read pack'))).toEqual([]);
  });

  test('gives back the memory that it could not read into', async () => {
    const { repository, backend, index } = await setUp();
    repository.addIndex(repository.addPack(['hello']));
    await index.refresh(never);
    const decoder = await repository.decoder();
    let lent = 0;
    decoder.memoryFor = (length) => {
      lent++;
      return { bytes: new Uint8Array(length), free: () => lent-- };
    };
    const reader = new BlobReader(backend, index, decoder);
    (await reader.data(blobId('hello'), never)).free();
    expect(lent).toBe(0);
    backend.before = () => Promise.reject(new BackendError('failed', 'EIO'));
    await expect(reader.data(blobId('hello'), never)).rejects.toMatchObject({ code: 'unavailable' });
    expect(lent).toBe(0);
  });

  test('reads small blobs that lie together at once, and leaves out what is damaged, large or unknown', async () => {
    const { repository, backend, index, reader } = await setUp();
    const pack = repository.addPack(['one', 'two', 'x'.repeat(200_000), 'three']);
    const damaged = repository.addPack(['lost']);
    repository.addIndex(pack, damaged);
    repository.damage(`pack/${damaged.id}`);
    await index.refresh(never);
    backend.calls.length = 0;
    const names = ['two', 'lost', 'x'.repeat(200_000), 'unknown', 'one', 'three'];
    const ids = [...names.map(blobId), new Uint8Array(64), new Uint8Array(0)];
    const found: [string, string][] = [];
    await reader.together(ids, 1_000_000, never, (some) => {
      for (const { place, size, bytes } of some) {
        const plain = bytes();
        if (plain === undefined) continue;
        expect(plain).toHaveLength(size);
        found.push([names[place]!, Buffer.from(plain).toString()]);
      }
    });
    expect(found.sort()).toEqual(['one', 'three', 'two'].map((name) => [name, name]));
    expect(backend.calls.filter((call) => call === `read pack/${pack.id}`)).toHaveLength(2);
  });

  test('reads no more together than it is asked for, and nothing once it is stopped', async () => {
    const { repository, index, reader } = await setUp();
    repository.addIndex(repository.addPack(['one', 'two', 'three']));
    await index.refresh(never);
    const places: number[] = [];
    const use = (found: readonly { readonly place: number }[]) => {
      for (const { place } of found) places.push(place);
    };
    await reader.together(['one', 'two', 'three'].map(blobId), 75, never, use);
    expect(places).toEqual([0, 1]);
    const stopped = AbortSignal.abort(new Error('stop'));
    await expect(reader.together([blobId('one')], 75, stopped, use)).rejects.toThrow('stop');
    expect(places).toEqual([0, 1]);
  });
});
