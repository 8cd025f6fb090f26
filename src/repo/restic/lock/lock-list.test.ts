import { describe, expect, test } from 'vitest';
import { BackendError } from '../../backend/errors.ts';
import { MemoryBackend } from '../../backend/testing/memory-backend.ts';
import { LockFiles } from './lock-files.ts';
import { LockList } from './lock-list.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { addLock, here, locksOf, suite } from './testing/locks.ts';

const never = new AbortController().signal;

function setUp() {
  const backend = new MemoryBackend();
  const locks = new LockList({ files: new LockFiles(backend, suite), clock: new FakeClock(), here });
  return { backend, locks };
}

describe('LockList', () => {
  test('lists every lock with its state, oldest first, unreadable ones last', async () => {
    const { backend, locks } = setUp();
    backend.files.set(`lock/${'c'.repeat(64)}`, new Uint8Array(77));
    backend.files.set(`lock/${'d'.repeat(64)}`, new Uint8Array(0));
    const live = addLock(backend, { exclusive: true }).slice(5);
    const dead = addLock(backend, { pid: 12_345, time: Date.parse('2026-11-20T08:50:00Z') }).slice(5);
    const old = addLock(backend, { hostname: 'there', time: Date.parse('2026-11-20T08:00:00Z') }).slice(5);
    const listed = await locks.list(never);
    expect(listed.slice(0, 3)).toMatchObject([
      { id: old, state: 'stale', reason: 'older than 30 minutes', lock: { hostname: 'there' } },
      { id: dead, state: 'stale', reason: 'its process has ended', lock: { pid: 12_345 } },
      { id: live, state: 'live', lock: { exclusive: true } },
    ]);
    expect(listed.slice(3)).toEqual([
      { id: 'c'.repeat(64), state: 'unreadable', reason: expect.stringContaining('cannot be read') },
      { id: 'd'.repeat(64), state: 'unreadable', reason: expect.stringContaining('is empty') },
    ]);
    expect(locksOf(backend)).toHaveLength(5);
  });

  test('leaves out a lock that goes while it is being read', async () => {
    const { backend, locks } = setUp();
    addLock(backend, {});
    backend.before = async (operation) => {
      if (operation === 'read') backend.files.clear();
    };
    expect(await locks.list(never)).toEqual([]);
  });

  test('removes a lock, whoever holds it, and does not mind that it has gone', async () => {
    const { backend, locks } = setUp();
    const id = addLock(backend, {}).slice(5);
    await locks.remove(id, never);
    await locks.remove(id, never);
    expect(locksOf(backend)).toEqual([]);
  });

  test('rejects with RepositoryErrors when the storage fails', async () => {
    const { backend, locks } = setUp();
    backend.before = () => Promise.reject(new BackendError('failed', 'Input/output error'));
    for (const call of [locks.list(never), locks.remove('a'.repeat(64), never)]) {
      await expect(call).rejects.toMatchObject({ name: 'RepositoryError', code: 'unavailable' });
    }
  });
});
