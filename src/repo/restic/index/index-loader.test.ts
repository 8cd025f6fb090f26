import { describe, expect, test } from 'vitest';
import { BackendError } from '../../backend/errors.ts';
import { MemoryReporter } from '../../testing/memory-reporter.ts';
import { blobId, SealedRepository } from '../testing/sealed-repository.ts';
import { IndexLoader } from './index-loader.ts';

const never = new AbortController().signal;

async function setUp() {
  const repository = new SealedRepository();
  const reporter = new MemoryReporter();
  const index = new IndexLoader(repository.backend, await repository.decoder(), reporter);
  const has = (text: string) => index.blobs.find(blobId(text), 'data') !== undefined;
  return { repository, backend: repository.backend, reporter, index, has };
}

describe('IndexLoader', () => {
  test('reads each file once', async () => {
    const { repository, backend, index, has } = await setUp();
    repository.addIndex(repository.addPack(['a']));
    await index.refresh(never);
    repository.addIndex(repository.addPack(['b']));
    await index.refresh(never);
    expect([has('a'), has('b')]).toEqual([true, true]);
    expect(backend.calls.filter((call) => call.startsWith('read'))).toHaveLength(2);
  });

  test('leaves a damaged file out, and names it once with the cure', async () => {
    const { repository, reporter, index, has } = await setUp();
    const name = repository.addIndex(repository.addPack(['a']));
    repository.addIndex(repository.addPack(['b']));
    repository.damage(`index/${name}`);
    await index.refresh(never);
    await index.refresh(never);
    expect([has('a'), has('b')]).toEqual([false, true]);
    expect(reporter.warnings).toHaveLength(1);
    expect(reporter.warnings[0]).toMatch(new RegExp(`${name}.*repair index`));
  });

  test('tries a file again that could not be reached', async () => {
    const { repository, backend, reporter, index, has } = await setUp();
    repository.addIndex(repository.addPack(['a']));
    backend.before = async (operation) => {
      if (operation === 'read') throw new BackendError('failed', 'too many open files');
    };
    await expect(index.refresh(never)).rejects.toMatchObject({
      name: 'RepositoryError',
      code: 'unavailable',
      message: 'too many open files',
    });
    backend.before = async () => undefined;
    await index.refresh(never);
    expect(has('a')).toBe(true);
    expect(reporter.warnings).toEqual([]);
  });

  test('finds files for a caller that were written after the refresh under way had listed', async () => {
    const { repository, backend, index, has } = await setUp();
    repository.addIndex(repository.addPack(['a']));
    let later: Promise<void> | undefined;
    backend.before = async (operation) => {
      if (operation !== 'read' || later !== undefined) return;
      repository.addIndex(repository.addPack(['b']));
      later = index.refresh(never);
    };
    await index.refresh(never);
    await later;
    expect(has('b')).toBe(true);
  });
});
