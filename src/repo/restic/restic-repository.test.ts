import { describe, expect, test } from 'vitest';
import { BackendError } from '../backend/errors.ts';
import { Closers } from '../closers.ts';
import { MemoryReporter } from '../testing/memory-reporter.ts';
import { blobId, SealedRepository } from './testing/sealed-repository.ts';

const never = new AbortController().signal;

async function setUp() {
  const sealed = new SealedRepository();
  const closers = new Closers();
  const repository = await sealed.open(new MemoryReporter(), closers);
  return { sealed, backend: sealed.backend, repository, closers };
}

function join(...texts: string[]): Uint8Array {
  return Buffer.concat(texts.map(blobId));
}

describe('ResticRepository', () => {
  test('loads the index for a snapshot even if the call that loaded it failed', async () => {
    const { sealed, backend, repository } = await setUp();
    await repository.snapshots(never);
    const names = [1, 2].map((day) => sealed.addSnapshot(`2021-01-0${day}T00:00:00Z`));
    sealed.addIndex(sealed.addPack(['a']));
    backend.before = async (_operation, _kind, name) => {
      if (name === names[1]) throw new BackendError('failed', 'Input/output error');
    };
    await expect(repository.snapshots(never)).rejects.toMatchObject({ code: 'unavailable' });
    backend.before = async () => undefined;
    backend.files.delete(`snapshot/${names[1]}`);
    expect(await repository.snapshots(never)).toHaveLength(1);
    expect(repository.usage().blobs).toBe(1);
  });

  test('looks at the index again when it loads once more, without any new snapshot', async () => {
    const { sealed, repository } = await setUp();
    await repository.load(never);
    sealed.addIndex(sealed.addPack(['a']));
    await repository.snapshots(never);
    expect(repository.usage().blobs).toBe(0);
    await repository.load(never);
    expect(repository.usage().blobs).toBe(1);
  });

  test('rejects with RepositoryErrors only when the storage fails', async () => {
    const { sealed, backend, repository } = await setUp();
    sealed.addIndex(sealed.addPack(['a', 'b']));
    const content = await repository.content(join('a', 'b'), never);
    backend.before = () => Promise.reject(new BackendError('failed', 'Input/output error'));
    const calls = [
      repository.snapshots(never),
      repository.tree(blobId('tree'), never),
      repository.content(join('c'), never),
      content.read(0, 2, never, () => undefined),
    ];
    for (const call of calls) {
      await expect(call).rejects.toMatchObject({ name: 'RepositoryError', code: 'unavailable' });
    }
  });

  test('closes with a RepositoryError when something could not be removed', async () => {
    const { sealed, repository, closers } = await setUp();
    closers.add(() => sealed.backend.remove({ kind: 'lock', name: 'a'.repeat(64) }, never));
    sealed.backend.before = () => Promise.reject(new BackendError('denied', 'Permission denied'));
    await expect(repository.close()).rejects.toMatchObject({ name: 'RepositoryError', code: 'unavailable' });
  });

  test('reads any range of a file of many small parts', async () => {
    const { sealed, repository } = await setUp();
    const texts = Array.from({ length: 100 }, (_, part) => `part ${part};`);
    sealed.addIndex(sealed.addPack(texts));
    const content = await repository.content(join(...texts), never);
    const whole = texts.join('');
    expect(content.size).toBe(whole.length);
    for (const [offset, length] of [
      [0, whole.length],
      [5, 20],
      [300, 1e6],
      [whole.length, 5],
    ] as const) {
      let read = '';
      await content.read(offset, length, never, (slices) => {
        read = Buffer.concat(slices).toString();
      });
      expect(read).toBe(whole.slice(offset, offset + length));
    }
  });

  test('gives others their turn while it reads very many small parts', async () => {
    const { sealed, repository } = await setUp();
    sealed.addIndex(sealed.addPack(['a']));
    const parts = 10_000;
    const content = await repository.content(join(...Array.from({ length: parts }, () => 'a')), never);
    await content.read(0, 1, never, () => undefined);
    let turns = 0;
    let bytes = 0;
    const reading = content.read(0, parts, never, (slices) => {
      bytes = slices.length;
    });
    while (bytes === 0) {
      await new Promise(setImmediate);
      turns++;
    }
    await reading;
    expect(bytes).toBe(parts);
    expect(turns).toBeGreaterThan(100);
  });

  test('refuses a blob that is not as long as the index says, naming it', async () => {
    const { sealed, backend, repository } = await setUp();
    const lying = sealed.addPack(['hello']);
    const honest = sealed.addPack(['hello']);
    sealed.addIndex(honest);
    await repository.load(never);
    sealed.addIndex({ id: lying.id, blobs: [{ ...lying.blobs[0]!, uncompressed_length: 9 }] });
    await repository.load(never);
    backend.files.delete(`pack/${lying.id}`);
    const content = await repository.content(join('hello'), never);
    expect(content.size).toBe(9);
    const id = Buffer.from(blobId('hello')).toString('hex');
    await expect(content.read(0, 9, never, () => undefined)).rejects.toMatchObject({
      code: 'damaged',
      message: `Data blob ${id} has 5 bytes, the index says 9: 'restic check' tells more`,
    });
  });
});
