import { describe, expect, test } from 'vitest';
import { BackendError } from '../../backend/errors.ts';
import { MemoryBackend } from '../../backend/testing/memory-backend.ts';
import { MemoryReporter } from '../../testing/memory-reporter.ts';
import { LockFiles } from './lock-files.ts';
import { removePersistently } from './lock-removal.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { addLock, locksOf, suite } from './testing/locks.ts';
import { withinTime } from './time-limit.ts';

/** Removes a lock within a minute from a storage whose removals do what `fail` says. */
function setUp(fail: (at: number) => Promise<void>) {
  const backend = new MemoryBackend();
  const clock = new FakeClock();
  const reporter = new MemoryReporter();
  const name = addLock(backend, {}).slice(5);
  const start = clock.now();
  const tries: number[] = [];
  backend.before = async () => {
    tries.push((clock.now() - start) / 1000);
    await fail(clock.now() - start);
  };
  const options = { files: new LockFiles(backend, suite), clock, reporter };
  const removal = withinTime(clock, 60_000, new Error('Too late'), (signal) =>
    removePersistently(options, name, signal),
  );
  return { backend, reporter, tries, name, removed: clock.run(removal), clock };
}

describe('removePersistently', () => {
  test.each(['failed', 'read-only'] as const)(
    'tries again what is %s after longer and longer pauses, and says so once',
    async (code) => {
      const { backend, reporter, tries, removed, name, clock } = setUp(async (at) => {
        if (at < 20_000) throw new BackendError(code, 'Connection lost');
      });
      await removed;
      expect(locksOf(backend)).toEqual([]);
      expect(tries).toEqual([0, 1, 3, 7, 15, 25]);
      expect(reporter.notes).toEqual([
        `Cannot remove our lock ${name.slice(0, 8)} yet, trying again: Connection lost`,
      ]);
      expect(clock.waiting).toBe(0);
    },
  );

  test('gives up at the end of its time with the last failure and the cure', async () => {
    const { tries, removed, clock } = setUp(() =>
      Promise.reject(new BackendError('failed', 'Connection lost')),
    );
    await expect(removed).rejects.toMatchObject({
      name: 'RepositoryError',
      code: 'unavailable',
      message: expect.stringMatching(
        /^Our lock .{8} stays .*'snapmount unlock' removes it.*: Connection lost$/,
      ),
    });
    expect(tries).toEqual([0, 1, 3, 7, 15, 25, 35, 45, 55]);
    expect(clock.waiting).toBe(0);
  });

  test('gives up a storage that hangs', async () => {
    const { removed } = setUp(() => new Promise(() => undefined));
    await expect(removed).rejects.toThrow(/snapmount unlock.*Too late/);
  });

  test('tries once where another try cannot help', async () => {
    const { tries, reporter, removed } = setUp(() =>
      Promise.reject(new BackendError('denied', 'Permission denied')),
    );
    await expect(removed).rejects.toThrow(/snapmount unlock.*Permission denied/);
    expect(tries).toEqual([0]);
    expect(reporter.notes).toEqual([]);
  });
});
