import { describe, expect, test } from 'vitest';
import { BackendError } from '../backend/errors.ts';
import { MemoryReporter } from '../testing/memory-reporter.ts';
import { SnapshotStore } from './snapshot-store.ts';
import { SealedRepository } from './testing/sealed-repository.ts';

const never = new AbortController().signal;

async function setUp() {
  const repository = new SealedRepository();
  const reporter = new MemoryReporter();
  const store = new SnapshotStore(repository.backend, await repository.decoder(), reporter);
  const ids = async () => (await store.list(never)).snapshots.map(({ id }) => id);
  return { repository, backend: repository.backend, reporter, store, ids };
}

describe('SnapshotStore', () => {
  test('gives what is there now, oldest first', async () => {
    const { repository, backend, ids } = await setUp();
    const second = repository.addSnapshot('2021-01-02T00:00:00Z');
    const first = repository.addSnapshot('2021-01-01T00:00:00Z');
    expect(await ids()).toEqual([first, second]);
    backend.files.delete(`snapshot/${first}`);
    expect(await ids()).toEqual([second]);
    expect(backend.calls.filter((call) => call.startsWith('read'))).toHaveLength(2);
  });

  test('leaves an unreadable snapshot out and names it once', async () => {
    const { repository, reporter, ids } = await setUp();
    const whole = repository.addSnapshot('2021-01-01T00:00:00Z');
    const damaged = repository.addSnapshot('2021-01-02T00:00:00Z');
    const strange = repository.addSnapshot('yesterday');
    repository.damage(`snapshot/${damaged}`);
    expect(await ids()).toEqual([whole]);
    expect(await ids()).toEqual([whole]);
    expect(reporter.warnings).toHaveLength(2);
    for (const name of [damaged, strange]) expect(reporter.warnings.join()).toContain(name);
  });

  test('tries a snapshot again that could not be reached, and counts those it has loaded', async () => {
    const { repository, backend, reporter, store } = await setUp();
    const names = [1, 2].map((day) => repository.addSnapshot(`2021-01-0${day}T00:00:00Z`));
    backend.before = async (_operation, _kind, name) => {
      if (name === names[1]) throw new BackendError('failed', 'Input/output error');
    };
    const failing = store.list(never);
    await expect(failing).rejects.toMatchObject({ name: 'RepositoryError', code: 'unavailable' });
    backend.before = async () => undefined;
    const { snapshots, loaded } = await store.list(never);
    expect(snapshots.map(({ id }) => id)).toEqual(names);
    expect(loaded).toBe(2);
    expect(reporter.warnings).toEqual([]);
  });

  test('waits, when it is closed, for what its callers have left', async () => {
    const { repository, backend, store } = await setUp();
    repository.addSnapshot('2021-01-01T00:00:00Z');
    const leaving = new AbortController();
    let finish: () => void = () => undefined;
    let ended = false;
    backend.before = async (operation) => {
      if (operation !== 'read') return;
      leaving.abort(new Error('gone'));
      await new Promise<void>((fulfil) => {
        finish = fulfil;
      });
      ended = true;
    };
    await expect(store.list(leaving.signal)).rejects.toThrow('gone');
    const closing = store.close();
    finish();
    await closing;
    expect(ended).toBe(true);
  });
});
