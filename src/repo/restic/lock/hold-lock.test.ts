import { describe, expect, test } from 'vitest';
import { BackendError } from '../../backend/errors.ts';
import { MemoryBackend } from '../../backend/testing/memory-backend.ts';
import { RepositoryError } from '../../errors.ts';
import { openUnpacked } from '../unpacked.ts';
import { type HoldLockOptions, holdLock } from './hold-lock.ts';
import { LockFiles } from './lock-files.ts';
import { addLock, locksOf, owner, silent, suite } from './testing/locks.ts';

const never = new AbortController().signal;
/** A clock that moves only when somebody waits. */
function setUp(change: Partial<HoldLockOptions> = {}) {
  const backend = new MemoryBackend();
  const waits: number[] = [];
  let time = Date.parse('2026-11-20T09:00:00Z');
  const options: HoldLockOptions = {
    files: new LockFiles(backend, suite),
    reporter: silent,
    owner,
    retryMs: 0,
    meanwhile: async () => undefined,
    clock: {
      now: () => time,
      wait: async (milliseconds, signal) => {
        signal.throwIfAborted();
        waits.push(milliseconds);
        time += milliseconds;
      },
    },
    ...change,
  };
  return { backend, waits, options };
}

describe('holdLock', () => {
  test('writes a lock that says who we are, and removes it on release', async () => {
    const { backend, waits, options } = setUp();
    const lock = await holdLock(options, never);
    const [key] = locksOf(backend);
    const file = { kind: 'lock', name: key!.slice(5) } as const;
    const json = await openUnpacked(suite, await backend.read(file, undefined, never), file);
    expect(JSON.parse(Buffer.from(json).toString())).toEqual({
      time: '2026-11-20T09:00:00.000Z',
      exclusive: false,
      hostname: 'here',
      username: 'me',
      pid: 4711,
      uid: 1000,
    });
    expect(waits).toEqual([200]);
    await lock.release();
    await lock.release();
    expect(locksOf(backend)).toEqual([]);
  });

  test('lives beside other non-exclusive locks', async () => {
    const { backend, options } = setUp();
    const other = addLock(backend, {});
    await (await holdLock(options, never)).release();
    expect(locksOf(backend)).toEqual([other]);
  });

  test('refuses while an exclusive lock is there, naming its owner, and leaves none of ours', async () => {
    const { backend, options } = setUp();
    const other = addLock(backend, { exclusive: true, hostname: 'kasimir', pid: 99, username: 'fd0' });
    const failure = await holdLock(options, never).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'RepositoryError', code: 'locked' });
    expect(String(failure)).toMatch(
      /PID 99 on kasimir by fd0, since 2026-11-20 08:59:00 UTC \(1 minutes ago\)/,
    );
    expect(locksOf(backend)).toEqual([other]);
  });

  test('says that an old exclusive lock is stale', async () => {
    const { backend, options } = setUp();
    addLock(backend, { exclusive: true, time: Date.parse('2026-11-20T08:29:00Z') });
    await expect(holdLock(options, never)).rejects.toThrow(/it is stale/);
  });

  test('finds an exclusive lock that was written at the same moment', async () => {
    const { backend, options } = setUp();
    let other = '';
    backend.before = async (operation) => {
      if (operation === 'write') other = addLock(backend, { exclusive: true });
    };
    await expect(holdLock(options, never)).rejects.toMatchObject({ code: 'locked' });
    expect(locksOf(backend)).toEqual([other]);
  });

  test('tries again until the other lock is gone', async () => {
    const { backend, waits, options } = setUp({ retryMs: 60_000 });
    const other = addLock(backend, { exclusive: true });
    let lists = 0;
    backend.before = async (operation) => {
      if (operation === 'list' && ++lists === 3) backend.files.delete(other);
    };
    const lock = await holdLock(options, never);
    expect(waits).toEqual([5_000, 10_000, 200]);
    await lock.release();
  });

  test('gives up at the end of the time for trying', async () => {
    const { backend, waits, options } = setUp({ retryMs: 20_000 });
    addLock(backend, { exclusive: true });
    await expect(holdLock(options, never)).rejects.toMatchObject({ code: 'locked' });
    expect(waits).toEqual([5_000, 10_000, 5_000]);
  });

  test('waits for a lock that cannot be read, then names it with the cure', async () => {
    const { backend, waits, options } = setUp();
    backend.files.set(`lock/${'c'.repeat(64)}`, new Uint8Array(77));
    await expect(holdLock(options, never)).rejects.toThrow(/cccc.*unlock --remove-all/);
    expect(waits).toEqual([5_000, 10_000, 20_000]);
  });

  test('passes over an empty lock file', async () => {
    const { backend, options } = setUp();
    backend.files.set(`lock/${'d'.repeat(64)}`, new Uint8Array(0));
    await (await holdLock(options, never)).release();
    expect(locksOf(backend)).toHaveLength(1);
  });

  test('removes its lock when loading fails or is stopped', async () => {
    const stop = new AbortController();
    const failing = setUp({ meanwhile: () => Promise.reject(new RepositoryError('damaged', 'no index')) });
    await expect(holdLock(failing.options, never)).rejects.toThrow('no index');
    expect(locksOf(failing.backend)).toEqual([]);
    const stopped = setUp({
      meanwhile: async (signal) => {
        stop.abort(new Error('stop'));
        signal.throwIfAborted();
      },
    });
    await expect(holdLock(stopped.options, stop.signal)).rejects.toThrow('stop');
    expect(locksOf(stopped.backend)).toEqual([]);
  });

  test('says how to go on where the repository cannot be written', async () => {
    const { backend, options } = setUp();
    backend.before = async (operation) => {
      if (operation === 'write') throw new BackendError('denied', 'read-only file system');
    };
    await expect(holdLock(options, never)).rejects.toThrow(/--no-lock.*read-only file system/);
  });

  test('removes a lock whose writing failed after all was written', async () => {
    const { backend, options } = setUp();
    const write = backend.write.bind(backend);
    backend.write = async (file, bytes, signal) => {
      await write(file, bytes, signal);
      throw new BackendError('failed', 'connection lost');
    };
    await expect(holdLock(options, never)).rejects.toThrow('connection lost');
    expect(locksOf(backend)).toEqual([]);
  });

  test('ends loading and removes its lock at once when another lock turns up', async () => {
    const { backend, options } = setUp();
    const events: string[] = [];
    backend.before = async (operation) => {
      if (operation === 'write') addLock(backend, { exclusive: true });
      if (operation === 'remove') events.push('lock removed');
    };
    const meanwhile = async (signal: AbortSignal) => {
      await new Promise((fulfil) => signal.addEventListener('abort', fulfil));
      await new Promise(setImmediate);
      events.push('loading ended');
      throw signal.reason;
    };
    await expect(holdLock({ ...options, meanwhile }, never)).rejects.toMatchObject({ code: 'locked' });
    expect(events).toEqual(['lock removed', 'loading ended']);
  });

  test('loads again after a failed try', async () => {
    let loads = 0;
    const { backend, options } = setUp({ retryMs: 60_000, meanwhile: async () => ++loads });
    let other: string | undefined;
    backend.before = async (operation) => {
      if (operation === 'write' && other === undefined) other = addLock(backend, { exclusive: true });
      if (operation === 'remove') backend.files.delete(other ?? '');
    };
    await (await holdLock(options, never)).release();
    expect(loads).toBe(2);
  });
});
