/** The life of our lock as a whole: the real lock and refresher, a clock that the test moves, a storage in memory. */

import { describe, expect, test } from 'vitest';
import { makeRandomBelow } from '../../../testing/random.ts';
import { BackendError } from '../../backend/errors.ts';
import { MemoryBackend, type Operation } from '../../backend/testing/memory-backend.ts';
import type { RepositoryError } from '../../errors.ts';
import { MemoryReporter } from '../../testing/memory-reporter.ts';
import { KeptLock, type KeptLockOptions } from './kept-lock.ts';
import { LockFiles } from './lock-files.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { addLock, here, locksOf, owner, silent, suite } from './testing/locks.ts';

const never = new AbortController().signal;
const MINUTE = 60_000;

class Life {
  readonly backend = new MemoryBackend();
  readonly clock = new FakeClock();
  readonly reporter = new MemoryReporter();
  readonly lost: RepositoryError[] = [];
  refreshed = 0;

  start(signal = never, change: Partial<KeptLockOptions> = {}): Promise<KeptLock> {
    const options = {
      files: new LockFiles(this.backend, suite),
      clock: this.clock,
      reporter: this.reporter,
      owner,
      here,
      retryMs: 0,
      meanwhile: async () => undefined,
      onLost: (reason: RepositoryError) => void this.lost.push(reason),
      onRefreshed: () => void this.refreshed++,
      ...change,
    };
    return KeptLock.start(options, signal);
  }

  /** From now on these operations wait for the function returned. */
  hold(...operations: Operation[]): () => void {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((fulfil) => {
      open = fulfil;
    });
    this.backend.before = (operation) => (operations.includes(operation) ? gate : Promise.resolve());
    return open;
  }

  fail(operation: Operation): void {
    this.backend.before = async (tried) => {
      if (tried === operation) throw new BackendError('failed', `Cannot ${operation} now`);
    };
  }

  recover(): void {
    this.backend.before = async () => undefined;
  }

  /** To be called when `stop` has resolved or `start` rejected: nothing of ours is left and nothing goes on. */
  async expectNothingLeft(others: readonly string[] = []): Promise<void> {
    expect(locksOf(this.backend)).toEqual(others);
    expect(this.clock.waiting).toBe(0);
    const calls = this.backend.calls.length;
    await this.clock.advance(120 * MINUTE);
    expect(this.backend.calls.slice(calls)).toEqual([]);
    expect(locksOf(this.backend)).toEqual(others);
  }
}

async function begin(): Promise<Life & { readonly kept: KeptLock }> {
  const life = new Life();
  return Object.assign(life, { kept: await life.clock.run(life.start()) });
}

describe('A lock that is kept', () => {
  test('is refreshed when that is due, each time said once', async () => {
    const life = await begin();
    await life.clock.advance(16 * MINUTE);
    expect(life.refreshed).toBe(3);
    expect(locksOf(life.backend)).toHaveLength(1);
    expect(life.lost).toEqual([]);
    await life.kept.stop();
    await life.expectNothingLeft();
  });

  test('survives a refresh that fails, by the next', async () => {
    const life = await begin();
    life.fail('write');
    await life.clock.advance(6 * MINUTE);
    expect(life.refreshed).toBe(0);
    expect(life.reporter.warnings).toEqual([expect.stringContaining('Cannot write now')]);
    life.recover();
    await life.clock.advance(5 * MINUTE);
    expect(life.refreshed).toBe(1);
    expect(life.lost).toEqual([]);
    await life.kept.stop();
    await life.expectNothingLeft();
  });

  test.each<Operation>(['list', 'write', 'remove'])(
    'survives a storage whose %s hangs for 10 minutes',
    async (operation) => {
      const life = await begin();
      const answer = life.hold(operation);
      await life.clock.advance(15 * MINUTE);
      answer();
      life.recover();
      await life.clock.advance(15 * MINUTE);
      expect(life.refreshed).toBeGreaterThanOrEqual(2);
      expect(life.lost).toEqual([]);
      expect(locksOf(life.backend)).toHaveLength(1);
      await life.kept.stop();
      await life.expectNothingLeft();
    },
  );

  test('is renewed when the wall clock jumps by 3 hours and it is still there', async () => {
    const life = await begin();
    life.clock.sleep(180 * MINUTE);
    await life.clock.advance(2000);
    expect(life.refreshed).toBe(1);
    expect(life.lost).toEqual([]);
    await life.kept.stop();
    await life.expectNothingLeft();
  });

  test('is lost when it was removed while the computer slept', async () => {
    const life = await begin();
    life.clock.sleep(180 * MINUTE);
    life.backend.files.clear();
    await life.clock.advance(2000);
    expect(life.lost).toHaveLength(1);
    await life.kept.stop();
    await life.expectNothingLeft();
  });

  test('is lost when somebody has removed it, once', async () => {
    const life = await begin();
    life.backend.files.clear();
    await life.clock.advance(30 * MINUTE);
    expect(life.lost.map(({ code }) => code)).toEqual(['lost']);
    expect(life.refreshed).toBe(0);
    await life.kept.stop();
    await life.expectNothingLeft();
  });

  test("is lost when somebody's lock stands in its place, which stays", async () => {
    const life = await begin();
    life.backend.files.clear();
    const other = addLock(life.backend, { exclusive: true });
    await life.clock.advance(5 * MINUTE);
    expect(life.lost).toHaveLength(1);
    await life.kept.stop();
    await life.expectNothingLeft([other]);
  });

  test('leaves no file when it is lost, even if it is never stopped', async () => {
    const life = await begin();
    life.hold('write');
    await life.clock.advance(25 * MINUTE);
    life.fail('list');
    await life.clock.advance(10 * MINUTE);
    expect(life.lost).toHaveLength(1);
    life.recover();
    await life.clock.advance(MINUTE);
    expect(locksOf(life.backend)).toEqual([]);
  });

  test('is cleared away by one at a time when it is lost and stopped', async () => {
    const life = await begin();
    const answer = life.hold('write');
    await life.clock.advance(25 * MINUTE);
    life.fail('remove');
    await life.clock.advance(3 * MINUTE);
    expect(life.lost).toHaveLength(1);
    const stopping = life.kept.stop();
    answer();
    await settle();
    life.recover();
    await life.clock.run(stopping);
    await life.expectNothingLeft();
  });
});

describe('stop', () => {
  test.each<Operation>(['list', 'write', 'remove'])(
    'waits for a %s of a refresh in flight, and removes what it made',
    async (operation) => {
      const life = await begin();
      const answer = life.hold(operation);
      await life.clock.advance(5 * MINUTE);
      let stopped = false;
      const stopping = life.kept.stop().then(() => {
        stopped = true;
      });
      await settle();
      expect(stopped).toBe(false);
      answer();
      await stopping;
      expect(life.lost).toEqual([]);
      expect(life.reporter.warnings).toEqual([]);
      await life.expectNothingLeft();
    },
  );

  test('called twice at once removes the lock once', async () => {
    const life = await begin();
    await Promise.all([life.kept.stop(), life.kept.stop()]);
    await life.kept.stop();
    expect(life.backend.calls.filter((call) => call.startsWith('remove'))).toHaveLength(1);
    await life.expectNothingLeft();
  });

  test('tries again to remove the lock from a storage that fails for a while', async () => {
    const life = await begin();
    life.fail('remove');
    const stopping = life.kept.stop();
    await life.clock.advance(10_000);
    expect(locksOf(life.backend)).toHaveLength(1);
    life.recover();
    await life.clock.run(stopping);
    await life.expectNothingLeft();
  });

  test('gives up a storage that hangs after a minute, and names the cure', async () => {
    const life = await begin();
    life.hold('remove');
    const stopping = life.clock.run(life.kept.stop());
    await expect(stopping).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/'snapmount unlock'.*did not answer for a minute/),
    });
    expect(life.clock.waiting).toBe(0);
  });
});

describe('start, ended by its signal', () => {
  test.each<[during: string, Operation]>([
    ['looking for other locks', 'list'],
    ['writing the lock', 'write'],
  ])('while %s, leaves nothing', async (_during, operation) => {
    const life = new Life();
    const stop = new AbortController();
    const answer = life.hold(operation);
    const starting = life.start(stop.signal);
    await settle();
    stop.abort(new Error('Stopped'));
    let ended = false;
    const end = expect(starting)
      .rejects.toThrow('Stopped')
      .finally(() => {
        ended = true;
      });
    await settle();
    expect(ended).toBe(false);
    answer();
    await life.clock.run(end);
    await life.expectNothingLeft();
  });

  test.each([
    ['the lock is being confirmed', 100],
    ['others are looked at for the second time', 200],
  ])('while %s, leaves nothing either', async (_during, after) => {
    const life = new Life();
    const stop = new AbortController();
    const starting = life.start(stop.signal);
    const ended = expect(starting).rejects.toThrow('Stopped');
    await life.clock.advance(after - 1);
    const answer = life.hold('list');
    await life.clock.advance(1);
    stop.abort(new Error('Stopped'));
    answer();
    await life.clock.run(ended);
    await life.expectNothingLeft();
  });

  test('while what it protects is loaded, leaves nothing once that has ended', async () => {
    const life = new Life();
    const stop = new AbortController();
    let ended = false;
    const meanwhile = async (signal: AbortSignal) => {
      await new Promise((fulfil) => signal.addEventListener('abort', fulfil));
      await settle();
      ended = true;
      throw signal.reason;
    };
    const starting = life.start(stop.signal, { meanwhile });
    await life.clock.advance(1000);
    stop.abort(new Error('Stopped'));
    await expect(starting).rejects.toThrow('Stopped');
    expect(ended).toBe(true);
    await life.expectNothingLeft();
  });
});

describe('A lock and its refresher', () => {
  test('leave no file and no call behind, whenever they are stopped and whatever fails', async () => {
    const random = makeRandomBelow(7);
    for (let cycle = 0; cycle < 1000; cycle++) {
      const life = new Life();
      life.backend.before = async (operation) => {
        for (let turns = random(4); turns > 0; turns--) await Promise.resolve();
        if (operation !== 'list' && random(10) === 0) throw new BackendError('failed', 'Injected');
      };
      const kept = await life.clock.run(life.start(never, { reporter: silent })).catch(() => undefined);
      for (let steps = random(6); steps > 0; steps--) await advanceQuickly(life.clock, random(7 * MINUTE));
      await life.clock.run(Promise.resolve(kept?.stop()));
      const calls = life.backend.calls.length;
      await advanceQuickly(life.clock, 60 * MINUTE);
      expect(life.backend.calls.length).toBe(calls);
      expect(life.clock.waiting).toBe(0);
      expect(locksOf(life.backend)).toEqual([]);
      expect(life.lost.length).toBeLessThanOrEqual(1);
    }
  });
});

/** As FakeClock.advance, without waiting for everything to settle in between: things overlap. */
async function advanceQuickly(clock: FakeClock, milliseconds: number): Promise<void> {
  await clock.advance(milliseconds, async () => {
    await Promise.resolve();
    await Promise.resolve();
  });
}
