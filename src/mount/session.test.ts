import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Repository } from '../repo/repository.ts';
import type { MountDriver, Mounted } from './driver.ts';
import { MountError } from './errors.ts';
import type { View } from './node.ts';
import { runSession, type SessionOptions } from './session.ts';

const mount = { mountpoint: '/mnt', source: 'snapmount:1', allowOther: false, defaultPermissions: true };

/** A session whose driver and repository write down what happens to them. */
function setUp(
  change: { busy?: boolean; below?: string[]; failMount?: boolean; failUnmount?: boolean } = {},
) {
  const events: string[] = [];
  const stop = { first: new AbortController(), second: new AbortController() };
  const lost = new AbortController();
  const closed = deferred();
  const state = { accesses: 0, unmounted: false };
  const mounted: Mounted = {
    mountpoint: '/mnt',
    closed: closed.promise.then(() => void events.push('drained')),
    async unmount({ detach }) {
      if (state.unmounted) return;
      events.push(detach ? 'detach' : 'unmount');
      if (change.failUnmount) throw new MountError('failed', 'hidden');
      if ((change.busy || change.below?.length) && !detach) throw new MountError('busy', 'in use');
      state.unmounted = true;
      if (!change.busy) closed.resolve();
    },
    abort() {
      events.push('abort');
      closed.resolve();
    },
    get accesses() {
      return state.accesses;
    },
    users: async () => [{ pid: 7, name: 'vi' }],
    mountsBelow: async () => change.below ?? [],
  };
  const driver: MountDriver = {
    async mount() {
      if (change.failMount) throw new MountError('denied', 'no /dev/fuse');
      events.push('mount');
      return mounted;
    },
  };
  const repository = {
    lost: lost.signal,
    close: async () => void events.push('close'),
  } as unknown as Repository;
  const options: SessionOptions = {
    repository,
    createView: async (signal) => {
      signal.throwIfAborted();
      return {} as View;
    },
    driver,
    mount,
    stop: { first: stop.first.signal, second: stop.second.signal },
    reporter: { warn: (line) => void events.push(`warn ${line}`), note() {}, detail() {}, progress() {} },
    onLockLoss: 'unmount',
    onReady: () => void events.push('ready'),
  };
  return { events, stop, lost, closed, state, change, options };
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}

describe('runSession', () => {
  test('unmounts, drains, then closes the repository when it is stopped', async () => {
    const { events, stop, options } = setUp();
    const session = runSession({ ...options, onReady: () => stop.first.abort(new Error('SIGINT')) });
    await session;
    expect(events).toEqual(['mount', 'unmount', 'drained', 'close']);
  });

  test('ends the same way when somebody else unmounts', async () => {
    const { events, closed, options } = setUp();
    await runSession({ ...options, onReady: closed.resolve });
    expect(events[0]).toBe('mount');
    expect(events.slice(-1)).toEqual(['close']);
    expect(events).toContain('drained');
  });

  test('tells who waits for it where it stands', async () => {
    const { events, options } = setUp();
    const onReady = (mountpoint: string) => void events.push(`ready at ${mountpoint}`);
    const work = async (mountpoint: string) => void events.push(`work at ${mountpoint}`);
    await runSession({ ...options, mount: { ...mount, mountpoint: '*' }, onReady, work });
    expect(events).toEqual(expect.arrayContaining(['ready at /mnt', 'work at /mnt']));
  });

  test('closes the repository when it cannot mount', async () => {
    const { events, options } = setUp({ failMount: true });
    await expect(runSession(options)).rejects.toThrow('no /dev/fuse');
    expect(events).toEqual(['close']);
  });

  test('rejects with the reason when it is stopped before it serves', async () => {
    const { events, stop, options } = setUp();
    stop.first.abort(new Error('SIGINT'));
    await expect(runSession(options)).rejects.toThrow('SIGINT');
    expect(events).toEqual(['close']);
  });

  test('detaches a mount that is in use, says so, and ends it at the second stop', async () => {
    const { events, stop, options } = setUp({ busy: true });
    const session = runSession({ ...options, onReady: () => stop.first.abort() });
    await new Promise(setImmediate);
    expect(events.slice(0, 2)).toEqual(['mount', 'unmount']);
    expect(events[2]).toBe('detach');
    expect(events[3]).toMatch(/^warn \/mnt is in use by vi \(PID 7\): /);
    stop.second.abort();
    await session;
    expect(events.slice(4)).toEqual(['abort', 'drained', 'close']);
  });

  test('goes on while others have mounted something below, says so once, and ends when that has gone', async () => {
    const { events, stop, change, options } = setUp({ below: ['/mnt/ids/a', '/mnt/ids'] });
    const waits: number[] = [];
    const wait = async (milliseconds: number) => {
      waits.push(milliseconds);
      if (waits.length === 3) change.below = [];
    };
    await runSession({ ...options, wait, onReady: () => stop.first.abort() });
    expect(events).toEqual([
      'mount',
      'unmount',
      expect.stringMatching(
        /^warn \/mnt goes on, .*: unmount "\/mnt\/ids\/a", "\/mnt\/ids" first; stop once more to end/,
      ),
      'unmount',
      'drained',
      'close',
    ]);
    expect(waits).toEqual([500, 500, 500]);
  });

  test.each<[what: string, end: (session: ReturnType<typeof setUp>) => void, expected: string[]]>([
    ['it is stopped again', ({ stop }) => stop.second.abort(), ['abort', 'detach', 'abort']],
    [
      'it is unmounted from outside',
      ({ closed, state }) => {
        state.unmounted = true;
        closed.resolve();
      },
      [],
    ],
  ])('waits for what is mounted below no longer than until %s', async (_, end, expected) => {
    const session = setUp({ below: ['/mnt/ids'] });
    const wait = async (_: number, signal: AbortSignal) => {
      setImmediate(() => end(session));
      await once(signal, 'abort');
      throw signal.reason;
    };
    await runSession({ ...session.options, wait, onReady: () => session.stop.first.abort() });
    expect(session.events.filter((event) => !/^(warn|drained)/.test(event))).toEqual([
      'mount',
      'unmount',
      ...expected,
      'close',
    ]);
  });

  test('detaches a mount that is in use once nothing is below it any more', async () => {
    const { events, stop, change, options } = setUp({ busy: true, below: ['/mnt/ids'] });
    const wait = async () => {
      change.below = [];
    };
    const session = runSession({ ...options, wait, onReady: () => stop.first.abort() });
    await expect.poll(() => events.at(-1)).toMatch(/^warn \/mnt is in use by vi/);
    expect(events.at(-2)).toBe('detach');
    stop.second.abort();
    await session;
  });

  test('goes on when nobody uses it while something is mounted below', async () => {
    const { events, change, options } = setUp({ below: ['/mnt/ids'] });
    let waits = 0;
    const wait = async () => {
      waits += 1;
      if (waits === 15) change.below = [];
    };
    expect(await runSession({ ...options, idleAfter: 1000, wait })).toBe('idle');
    expect(events).toEqual(['mount', 'ready', 'unmount', 'unmount', 'drained', 'close']);
  });

  test('ends a mount that it cannot unmount before it closes the repository, and says why', async () => {
    const { events, stop, options } = setUp({ failUnmount: true });
    const session = runSession({ ...options, onReady: () => stop.first.abort() });
    await expect(session).rejects.toThrow('hidden');
    expect(events).toEqual(['mount', 'unmount', 'abort', 'drained', 'close']);
  });

  test('does not wait for a repository that hangs once it is stopped twice', async () => {
    const { stop, options } = setUp();
    const repository = { lost: options.repository.lost, close: () => new Promise(() => {}) };
    const session = runSession({
      ...options,
      repository: repository as unknown as Repository,
      onReady: () => stop.first.abort(),
      closeGrace: 1,
    });
    stop.second.abort(new Error('twice'));
    await expect(session).rejects.toThrow('twice');
  });

  test('does not wait for a repository that hangs once its lock is lost', async () => {
    const { lost, options } = setUp();
    const repository = { lost: options.repository.lost, close: () => new Promise(() => {}) };
    const session = runSession({
      ...options,
      repository: repository as unknown as Repository,
      onReady: () => lost.abort(new Error('The lock was lost')),
      lossGrace: 1,
    });
    await expect(session).rejects.toThrow('The lock was lost');
  });

  test('gives a repository time to remove its lock after the second stop', async () => {
    const { events, stop, options } = setUp({ busy: true });
    const close = async () => {
      await new Promise(setImmediate);
      events.push('lock removed');
    };
    const repository = { lost: options.repository.lost, close } as unknown as Repository;
    const session = runSession({ ...options, repository, onReady: () => stop.first.abort() });
    stop.second.abort();
    await session;
    expect(events.at(-1)).toBe('lock removed');
  });

  test('ends at once when the lock is lost, and says why', async () => {
    const { events, lost, options } = setUp({ busy: true });
    const session = runSession({ ...options, onReady: () => lost.abort(new Error('The lock was removed')) });
    await expect(session).rejects.toThrow('The lock was removed');
    expect(events).toEqual(['mount', 'detach', 'abort', 'drained', 'close']);
  });

  test('waits no longer for programs that use it when the lock is lost while it does', async () => {
    const { events, stop, lost, options } = setUp({ busy: true });
    const reporter = { ...options.reporter, warn: () => setImmediate(() => lost.abort(new Error('gone'))) };
    const onReady = () => stop.first.abort(new Error('SIGINT'));
    await expect(runSession({ ...options, reporter, onReady })).rejects.toThrow('gone');
    expect(events).toEqual(['mount', 'unmount', 'detach', 'abort', 'drained', 'close']);
  });

  test('serves on without a lock where it was told to', async () => {
    const { events, stop, lost, options } = setUp();
    const session = runSession({
      ...options,
      onLockLoss: 'continue',
      onReady: () => lost.abort(new Error('The lock was removed')),
    });
    await new Promise(setImmediate);
    expect(events).toEqual(['mount']);
    stop.first.abort();
    await session;
    expect(events).toEqual(['mount', 'unmount', 'drained', 'close']);
  });

  test('says why it ended', async () => {
    const stopped = setUp();
    expect(await runSession({ ...stopped.options, onReady: () => stopped.stop.first.abort() })).toBe(
      'stopped',
    );
    const unmounted = setUp();
    expect(await runSession({ ...unmounted.options, onReady: unmounted.closed.resolve })).toBe('unmounted');
  });

  test('ends with the work that it was made for', async () => {
    const { events, options } = setUp();
    const work = async () => void events.push('work');
    expect(await runSession({ ...options, work, onEnding: () => void events.push('ending') })).toBe('done');
    expect(events).toEqual(['mount', 'ready', 'work', 'ending', 'unmount', 'drained', 'close']);
  });

  test('lets its work end before it unmounts', async () => {
    const { events, stop, options } = setUp();
    const work = (_mountpoint: string, signal: AbortSignal) =>
      new Promise<void>((fulfil) => {
        signal.addEventListener('abort', () => {
          setImmediate(() => {
            events.push('work ended');
            fulfil();
          });
        });
        stop.first.abort();
      });
    expect(await runSession({ ...options, work })).toBe('stopped');
    expect(events).toEqual(['mount', 'ready', 'work ended', 'unmount', 'drained', 'close']);
  });

  test('unmounts and rejects when its work fails', async () => {
    const { events, options } = setUp();
    const work = () => Promise.reject(new Error('no shell'));
    await expect(runSession({ ...options, work })).rejects.toThrow('no shell');
    expect(events).toEqual(['mount', 'ready', 'unmount', 'drained', 'close']);
  });

  test('ends when nobody has used it for a while', async () => {
    const { events, state, options } = setUp();
    const waits: number[] = [];
    const wait = async (milliseconds: number) => {
      waits.push(milliseconds);
      if (waits.length === 5) state.accesses++;
    };
    expect(await runSession({ ...options, idleAfter: 1000, wait })).toBe('idle');
    expect(waits).toEqual(Array(15).fill(100));
    expect(events).toEqual(['mount', 'ready', 'unmount', 'drained', 'close']);
  });

  test('goes on when nobody asks for anything while something is open', async () => {
    const { events, change, options } = setUp({ busy: true });
    let waits = 0;
    const wait = async () => {
      waits += 1;
      change.busy = waits < 15;
    };
    expect(await runSession({ ...options, idleAfter: 1000, wait })).toBe('idle');
    expect(waits).toBe(20);
    expect(events).toEqual(['mount', 'ready', 'unmount', 'unmount', 'drained', 'close']);
  });
});
