import { describe, expect, test } from 'vitest';
import { RepositoryError } from '../../errors.ts';
import { LockRefresher, type RenewableLock } from './lock-refresher.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';

const MINUTE = 60_000;

/** A lock whose renewals are written down, and go as the test says. */
function setUp(change: { renew?: (signal: AbortSignal) => Promise<void> } = {}) {
  const clock = new FakeClock();
  const events: string[] = [];
  let time = clock.now();
  const minutes = () => (clock.now() - Date.parse('2026-11-20T09:00:00Z')) / MINUTE;
  const behave = {
    renew: change.renew ?? (async () => undefined),
    renewExpired: async (): Promise<void> => undefined,
  };
  const lock: RenewableLock = {
    get time() {
      return time;
    },
    async renew(signal) {
      events.push(`renew at ${minutes()}`);
      await behave.renew(signal);
      time = clock.now();
    },
    async renewExpired(signal) {
      events.push(`renew expired at ${minutes()}`);
      await behave.renewExpired();
      signal.throwIfAborted();
      time = clock.now();
    },
  };
  const lost: RepositoryError[] = [];
  const warnings: string[] = [];
  const refresher = new LockRefresher({
    lock,
    clock,
    reporter: { warn: (line) => void warnings.push(line), note() {}, detail() {}, progress() {} },
    onLost: (reason) => void lost.push(reason),
  });
  return { clock, events, behave, lost, warnings, refresher };
}

function hangUntilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

describe('LockRefresher', () => {
  test('renews the lock every five minutes', async () => {
    const { clock, events, refresher } = setUp();
    await clock.advance(16 * MINUTE);
    expect(events).toEqual(['renew at 5', 'renew at 10', 'renew at 15']);
    await refresher.stop();
    expect(clock.waiting).toBe(0);
  });

  test('warns of a renewal that fails, and tries again five minutes later', async () => {
    const { clock, events, behave, lost, warnings, refresher } = setUp();
    behave.renew = () => Promise.reject(new RepositoryError('unavailable', 'No space left'));
    await clock.advance(5 * MINUTE);
    expect(warnings).toEqual(['Cannot refresh the lock, the next try is in 5 minutes: No space left']);
    behave.renew = async () => undefined;
    await clock.advance(20 * MINUTE);
    expect(events).toEqual([5, 10, 15, 20, 25].map((at) => `renew at ${at}`));
    expect(lost).toEqual([]);
    await refresher.stop();
  });

  test('gives up a renewal that hangs, and renews the expired lock instead', async () => {
    const { clock, events, behave, lost, refresher } = setUp({ renew: hangUntilAborted });
    await clock.advance(22 * MINUTE);
    expect(events).toEqual(['renew at 5']);
    behave.renew = async () => undefined;
    await clock.advance(1 * MINUTE);
    expect(events).toEqual(['renew at 5', 'renew expired at 22.5']);
    expect(lost).toEqual([]);
    await clock.advance(10 * MINUTE);
    expect(events.length).toBeGreaterThan(2);
    await refresher.stop();
  });

  test('loses the lock when it cannot be renewed in time, and says so once', async () => {
    const { clock, behave, lost, refresher } = setUp({ renew: hangUntilAborted });
    behave.renewExpired = () => Promise.reject(new Error('The disk is gone'));
    await clock.advance(60 * MINUTE);
    expect(lost.map(({ code, message }) => [code, message])).toEqual([
      ['lost', expect.stringMatching(/not be refreshed in time.*The disk is gone/)],
    ]);
    expect(clock.waiting).toBe(0);
    await refresher.stop();
  });

  test('gives a storage that does not answer five minutes for the last try', async () => {
    const { clock, behave, lost, refresher } = setUp({ renew: hangUntilAborted });
    let release: () => void = () => undefined;
    behave.renewExpired = () =>
      new Promise((fulfil) => {
        release = fulfil;
      });
    await clock.advance(27.4 * MINUTE);
    expect(lost).toEqual([]);
    await clock.advance(0.2 * MINUTE);
    release();
    await settle();
    expect(lost.map(({ message }) => message)).toEqual([expect.stringContaining('did not answer')]);
    await refresher.stop();
  });

  test('notices by the wall clock that the computer slept, and renews with care', async () => {
    const { clock, events, lost, refresher } = setUp();
    await clock.advance(2 * MINUTE);
    clock.sleep(180 * MINUTE);
    await clock.advance(1000);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatch(/^renew expired at 182/);
    expect(lost).toEqual([]);
    await refresher.stop();
  });

  test('loses the lock at once when somebody has removed it', async () => {
    const removed = new RepositoryError('lost', 'The lock was removed by somebody else');
    const { clock, lost, refresher } = setUp({ renew: () => Promise.reject(removed) });
    await clock.advance(5 * MINUTE);
    expect(lost).toEqual([removed]);
    await clock.advance(60 * MINUTE);
    expect(lost).toHaveLength(1);
    await refresher.stop();
  });

  test('stops only when a renewal under way has ended', async () => {
    let end: () => void = () => undefined;
    const { clock, events, lost, refresher } = setUp({
      renew: () =>
        new Promise((fulfil) => {
          end = fulfil;
        }),
    });
    await clock.advance(5 * MINUTE);
    let stopped = false;
    const stopping = Promise.all([refresher.stop(), refresher.stop()]).then(() => {
      stopped = true;
    });
    await settle();
    expect(stopped).toBe(false);
    end();
    await stopping;
    await clock.advance(60 * MINUTE);
    expect(events).toEqual(['renew at 5']);
    expect(lost).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  test('ends a renewal that hangs when it is stopped', async () => {
    const { clock, lost, warnings, refresher } = setUp({ renew: hangUntilAborted });
    await clock.advance(5 * MINUTE);
    await refresher.stop();
    expect(lost).toEqual([]);
    expect(warnings).toEqual([]);
  });
});
