import { describe, expect, test } from 'vitest';
import { BackendError } from '../../backend/errors.ts';
import { MemoryBackend } from '../../backend/testing/memory-backend.ts';
import { RepositoryError } from '../../errors.ts';
import { MemoryReporter } from '../../testing/memory-reporter.ts';
import { openUnpacked } from '../unpacked.ts';
import { type HoldLockOptions, holdLock } from './hold-lock.ts';
import { LockFiles } from './lock-files.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { addLock, here, locksOf, owner, suite } from './testing/locks.ts';

const never = new AbortController().signal;

function setUp(change: Partial<HoldLockOptions> = {}) {
  const backend = new MemoryBackend();
  const clock = new FakeClock();
  const start = clock.now();
  const reporter = new MemoryReporter();
  const options: HoldLockOptions = {
    files: new LockFiles(backend, suite),
    reporter,
    owner,
    here,
    retryMs: 0,
    meanwhile: async () => undefined,
    clock,
    ...change,
  };
  const hold = (signal = never) => clock.run(holdLock(options, signal));
  return { backend, clock, reporter, options, hold, elapsed: () => clock.now() - start };
}

describe('holdLock', () => {
  test('writes a lock that says who we are, and removes it on release', async () => {
    const { backend, elapsed, hold } = setUp();
    const lock = await hold();
    const [key] = locksOf(backend);
    const file = { kind: 'lock', name: key!.slice(5) } as const;
    const json = await openUnpacked(suite, await backend.read(file, never), file);
    expect(JSON.parse(Buffer.from(json).toString())).toEqual({
      time: '2026-11-20T09:00:00.000Z',
      exclusive: false,
      hostname: 'here',
      username: 'me',
      pid: 4711,
      uid: 1000,
    });
    expect(elapsed()).toBe(200);
    await lock.release();
    await lock.release();
    expect(locksOf(backend)).toEqual([]);
  });

  test('lives beside other non-exclusive locks', async () => {
    const { backend, hold } = setUp();
    const other = addLock(backend, {});
    await (await hold()).release();
    expect(locksOf(backend)).toEqual([other]);
  });

  test('refuses while an exclusive lock is there, naming its owner, and leaves none of ours', async () => {
    const { backend, hold } = setUp();
    const other = addLock(backend, { exclusive: true, hostname: 'kasimir', pid: 99, username: 'fd0' });
    const failure = await hold().catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'RepositoryError', code: 'locked' });
    expect(String(failure)).toMatch(
      /PID 99 on kasimir by fd0, since 2026-11-20 08:59:00 UTC \(1 minute ago\), wait until that ends/,
    );
    expect(locksOf(backend)).toEqual([other]);
  });

  test.each([
    [{ time: Date.parse('2026-11-20T08:29:00Z') }, 'older than 30 minutes'],
    [{ pid: 99_999 }, 'its process has ended'],
  ])('says that an exclusive lock with %j is stale: %s', async (change, reason) => {
    const { backend, hold } = setUp();
    const key = addLock(backend, { exclusive: true, ...change });
    await expect(hold()).rejects.toThrow(
      `that lock is stale, ${reason}: 'snapmount unlock' removes it (lock ${key.slice(5, 13)})`,
    );
  });

  test('reads the locks of others once, and its own never', async () => {
    const { backend, hold } = setUp();
    const other = addLock(backend, {});
    await hold();
    expect(backend.calls.filter((call) => call.startsWith('read'))).toEqual([`read ${other}`]);
  });

  test('finds an exclusive lock that was written at the same moment', async () => {
    const { backend, hold } = setUp();
    let other = '';
    backend.before = async (operation) => {
      if (operation === 'write') other = addLock(backend, { exclusive: true });
    };
    await expect(hold()).rejects.toMatchObject({ code: 'locked' });
    expect(locksOf(backend)).toEqual([other]);
  });

  test('tries again until the other lock is gone', async () => {
    const { backend, elapsed, hold } = setUp({ retryMs: 60_000 });
    const other = addLock(backend, { exclusive: true });
    let lists = 0;
    backend.before = async (operation) => {
      if (operation === 'list' && ++lists === 3) backend.files.delete(other);
    };
    const lock = await hold();
    expect(elapsed()).toBe(5_000 + 10_000 + 200);
    await lock.release();
  });

  test('gives up at the end of the time for trying', async () => {
    const { backend, elapsed, hold } = setUp({ retryMs: 20_000 });
    addLock(backend, { exclusive: true });
    await expect(hold()).rejects.toMatchObject({ code: 'locked' });
    expect(elapsed()).toBe(20_000);
  });

  test('waits for a lock that cannot be read, then names it with the cure', async () => {
    const { backend, elapsed, hold } = setUp();
    backend.files.set(`lock/${'c'.repeat(64)}`, new Uint8Array(77));
    await expect(hold()).rejects.toThrow(/cccc.*'snapmount unlock --remove-all' removes it/);
    expect(elapsed()).toBe(35_000);
  });

  test('passes over an empty lock file', async () => {
    const { backend, hold } = setUp();
    backend.files.set(`lock/${'d'.repeat(64)}`, new Uint8Array(0));
    await (await hold()).release();
    expect(locksOf(backend)).toHaveLength(1);
  });

  test('removes its lock when loading fails or is stopped', async () => {
    const stop = new AbortController();
    const failing = setUp({ meanwhile: () => Promise.reject(new RepositoryError('damaged', 'no index')) });
    await expect(failing.hold()).rejects.toThrow('no index');
    expect(locksOf(failing.backend)).toEqual([]);
    const stopped = setUp({
      meanwhile: async (signal) => {
        stop.abort(new Error('stop'));
        signal.throwIfAborted();
      },
    });
    await expect(stopped.hold(stop.signal)).rejects.toThrow('stop');
    expect(locksOf(stopped.backend)).toEqual([]);
  });

  test.each(['denied', 'read-only'] as const)(
    'says at once how to go on where writing is %s',
    async (code) => {
      const { backend, hold, elapsed, reporter } = setUp();
      backend.before = async (operation) => {
        if (operation === 'write' || operation === 'remove') throw new BackendError(code, 'not here');
      };
      await expect(hold()).rejects.toThrow(/--no-lock.*not here/);
      expect(elapsed()).toBe(0);
      expect(reporter.notes).toEqual([]);
    },
  );

  test('removes a lock whose writing failed after all was written', async () => {
    const { backend, hold } = setUp();
    const write = backend.write.bind(backend);
    backend.write = async (file, bytes, signal) => {
      await write(file, bytes, signal);
      throw new BackendError('failed', 'connection lost');
    };
    await expect(hold()).rejects.toThrow('connection lost');
    expect(locksOf(backend)).toEqual([]);
  });

  test('ends loading and removes its lock at once when another lock turns up', async () => {
    const events: string[] = [];
    const meanwhile = async (signal: AbortSignal) => {
      await new Promise((fulfil) => signal.addEventListener('abort', fulfil));
      await new Promise(setImmediate);
      events.push('loading ended');
      throw signal.reason;
    };
    const { backend, hold } = setUp({ meanwhile });
    backend.before = async (operation) => {
      if (operation === 'write') addLock(backend, { exclusive: true });
      if (operation === 'remove') events.push('lock removed');
    };
    await expect(hold()).rejects.toMatchObject({ code: 'locked' });
    expect(events).toEqual(['lock removed', 'loading ended']);
  });

  test('loads again after a failed try', async () => {
    let loads = 0;
    const { backend, hold } = setUp({ retryMs: 60_000, meanwhile: async () => ++loads });
    let other: string | undefined;
    backend.before = async (operation) => {
      if (operation === 'write' && other === undefined) other = addLock(backend, { exclusive: true });
      if (operation === 'remove') backend.files.delete(other ?? '');
    };
    await (await hold()).release();
    expect(loads).toBe(2);
  });
});
