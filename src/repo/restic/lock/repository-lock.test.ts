import { describe, expect, test } from 'vitest';
import { MemoryBackend } from '../../backend/testing/memory-backend.ts';
import { LockFiles } from './lock-files.ts';
import { RepositoryLock } from './repository-lock.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { addLock, here, locksOf, owner, silent, suite } from './testing/locks.ts';

const never = new AbortController().signal;
const MINUTE = 60_000;

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}

async function makeLock() {
  const backend = new MemoryBackend();
  const clock = new FakeClock();
  const files = new LockFiles(backend, suite);
  const lock = await RepositoryLock.create({ files, clock, reporter: silent, owner, here }, never);
  return { backend, clock, files, lock };
}

async function timeOf(backend: MemoryBackend, files: LockFiles): Promise<string[]> {
  const locks = await Promise.all(locksOf(backend).map((key) => files.read(key.slice(5), never)));
  return locks.map((lock) =>
    typeof lock === 'string' ? lock : new Date(lock.time).toISOString().slice(11, 16),
  );
}

describe('RepositoryLock', () => {
  test('is renewed by a new file before the old one goes', async () => {
    const { backend, clock, files, lock } = await makeLock();
    const [old] = locksOf(backend);
    await clock.advance(5 * MINUTE);
    await lock.renew(never);
    expect(backend.files.has(old!)).toBe(false);
    expect(await timeOf(backend, files)).toEqual(['09:05']);
    const changes = backend.calls.filter((call) => /^(write|remove)/.test(call));
    expect(changes.map((call) => call.split(' ')[0])).toEqual(['write', 'write', 'remove']);
    await lock.release();
    expect(locksOf(backend)).toEqual([]);
  });

  test('keeps its old file when a renewal cannot be written', async () => {
    const { backend, lock } = await makeLock();
    const [old] = locksOf(backend);
    backend.before = async (operation) => {
      if (operation === 'write') throw new Error('No space left');
    };
    await expect(lock.renew(never)).rejects.toThrow('No space left');
    expect(locksOf(backend)).toEqual([old]);
    await lock.release();
    expect(locksOf(backend)).toEqual([]);
  });

  test('removes in the end what it could not remove when it was renewed', async () => {
    const { backend, clock, lock } = await makeLock();
    backend.before = async (operation) => {
      if (operation === 'remove') throw new Error('Not now');
    };
    await clock.advance(5 * MINUTE);
    await lock.renew(never);
    expect(locksOf(backend)).toHaveLength(2);
    backend.before = async () => undefined;
    await lock.release();
    expect(locksOf(backend)).toEqual([]);
  });

  test('is lost when somebody has removed its file, and leaves no new one then', async () => {
    const { backend, lock } = await makeLock();
    backend.files.clear();
    await expect(lock.renew(never)).rejects.toMatchObject({ code: 'lost' });
    await expect(lock.renewExpired(never)).rejects.toMatchObject({ code: 'lost' });
    expect(locksOf(backend)).toEqual([]);
  });

  test('is lost when its expired file goes while it is being renewed', async () => {
    const { backend, clock, lock } = await makeLock();
    const [old] = locksOf(backend);
    const renewal = lock.renewExpired(never);
    const outcome = expect(renewal).rejects.toMatchObject({ code: 'lost' });
    await settle();
    backend.files.delete(old!);
    await clock.advance(200);
    await outcome;
    await lock.release();
    expect(locksOf(backend)).toEqual([]);
  });

  test('is not lost because of locks that others hold or replace it beside', async () => {
    const { backend, clock, lock } = await makeLock();
    const other = addLock(backend, { pid: 99 });
    await clock.advance(5 * MINUTE);
    await lock.renew(never);
    expect(locksOf(backend)).toHaveLength(2);
    await lock.release();
    expect(locksOf(backend)).toEqual([other]);
  });

  test('removes a file that a slow storage wrote after nobody waited for it any more', async () => {
    const { backend, lock } = await makeLock();
    const slow = deferred();
    backend.write = async (file, bytes) => {
      await slow.promise;
      backend.files.set(`lock/${file.name}`, new Uint8Array(bytes));
    };
    const stop = new AbortController();
    const renewal = lock.renew(stop.signal);
    await settle();
    stop.abort(new Error('stop'));
    await expect(renewal).rejects.toThrow('stop');
    const release = lock.release();
    await settle();
    slow.resolve();
    await release;
    expect(locksOf(backend)).toEqual([]);
  });

  test('lets nobody wait for a storage that hangs', async () => {
    const { backend, lock } = await makeLock();
    backend.before = () => new Promise(() => undefined);
    const stop = new AbortController();
    const renewal = lock.renew(stop.signal);
    stop.abort(new Error('stop'));
    await expect(renewal).rejects.toThrow('stop');
  });
});
