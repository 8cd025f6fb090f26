import { availableParallelism } from 'node:os';
import { describe, expect, test, vi } from 'vitest';
import { BlobCache, type LoadBlob } from './blob-cache.ts';

const never = new AbortController().signal;
function cacheOf(maxBytes: number): BlobCache<Uint8Array> {
  return new BlobCache({ maxBytes, bytesOf: (value) => value.byteLength });
}

function freeingCache(maxBytes: number, freed: Uint8Array[]): BlobCache<Uint8Array> {
  return new BlobCache({
    maxBytes,
    bytesOf: (value) => value.byteLength,
    free: (value) => freed.push(value),
  });
}

function deferred(): { promise: Promise<Uint8Array>; resolve: (value: Uint8Array) => void } {
  let resolve: (value: Uint8Array) => void = () => undefined;
  const promise = new Promise<Uint8Array>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}

describe('BlobCache', () => {
  test('joins concurrent loads of one blob', async () => {
    const cache = cacheOf(100);
    const load = vi.fn(async () => new Uint8Array(10));
    const [a, b] = await Promise.all([cache.get('x', load, never), cache.get('x', load, never)]);
    expect(a).toBe(b);
    expect(await cache.get('x', load, never)).toBe(a);
    expect(load).toHaveBeenCalledTimes(1);
  });

  test('keeps no more bytes than it may', async () => {
    const cache = cacheOf(100);
    for (let i = 0; i < 50; i++) await cache.get(`k${i}`, async () => new Uint8Array(30), never);
    expect(cache.bytes).toBeLessThanOrEqual(100);
    const reload = vi.fn(async () => new Uint8Array(30));
    await cache.get('k49', reload, never);
    expect(reload).toHaveBeenCalledTimes(0);
    await cache.get('k0', reload, never);
    expect(reload).toHaveBeenCalledTimes(1);
  });

  test('gives what is larger than itself without keeping it', async () => {
    const cache = cacheOf(100);
    expect((await cache.get('big', async () => new Uint8Array(1000), never)).byteLength).toBe(1000);
    expect(cache.bytes).toBe(0);
  });

  test('keeps no failure', async () => {
    const cache = cacheOf(100);
    const load = vi.fn(async () => new Uint8Array(1));
    load.mockRejectedValueOnce(new Error('damaged'));
    const both = await Promise.allSettled([cache.get('x', load, never), cache.get('x', load, never)]);
    expect(both.map((each) => each.status)).toEqual(['rejected', 'rejected']);
    expect((await cache.get('x', load, never)).byteLength).toBe(1);
    expect(load).toHaveBeenCalledTimes(2);
  });

  test('lets one reader go while another still waits', async () => {
    const cache = cacheOf(100);
    const gate = deferred();
    let loading: AbortSignal | undefined;
    const load = (signal: AbortSignal) => {
      loading = signal;
      return gate.promise;
    };
    const leaving = new AbortController();
    const first = cache.get('x', load, leaving.signal);
    const second = cache.get('x', load, never);
    leaving.abort(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    expect(loading?.aborted).toBe(false);
    gate.resolve(new Uint8Array(3));
    expect((await second).byteLength).toBe(3);
  });

  test('aborts a load that nobody waits for, and loads anew for the next reader', async () => {
    const cache = cacheOf(100);
    const signals: AbortSignal[] = [];
    const load = (signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<Uint8Array>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    };
    const leaving = new AbortController();
    const first = cache.get('x', load, leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    expect(signals[0]?.aborted).toBe(true);
    expect((await cache.get('x', async () => new Uint8Array(2), never)).byteLength).toBe(2);
  });

  test('frees what was evicted only when the last borrower has given it back', async () => {
    const freed: Uint8Array[] = [];
    const cache = freeingCache(10, freed);
    const load = async () => new Uint8Array(10);
    const [first, second] = await Promise.all([
      cache.borrow('a', load, never),
      cache.borrow('a', load, never),
    ]);
    await cache.get('b', load, never);
    expect(freed).toEqual([]);
    cache.return(first);
    expect(freed).toEqual([]);
    cache.return(second);
    expect(freed).toEqual([first.value]);
    await cache.close();
    expect(freed).toHaveLength(2);
  });

  test('takes back what was lent to a reader that left at that very moment', async () => {
    const freed: Uint8Array[] = [];
    const cache = freeingCache(10, freed);
    const gate = deferred();
    const leaving = new AbortController();
    const reading = cache.borrow('a', () => gate.promise, leaving.signal);
    gate.resolve(new Uint8Array(10));
    // After the load's own end and before the reader's.
    await Promise.resolve();
    leaving.abort(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
    await cache.get('b', async () => new Uint8Array(10), never);
    expect(freed).toHaveLength(1);
  });

  test('makes room with what was returned as spent first', async () => {
    const cache = cacheOf(100);
    const load = async () => new Uint8Array(30);
    await cache.get('old', load, never);
    for (const key of ['spent 1', 'spent 2']) cache.returnSpent(await cache.borrow(key, load, never));
    await cache.get('new', load, never);
    const reload = vi.fn(load);
    await cache.get('old', reload, never);
    await cache.get('spent 2', reload, never);
    expect(reload).not.toHaveBeenCalled();
    await cache.get('spent 1', reload, never);
    expect(reload).toHaveBeenCalledTimes(1);
    expect(cache.bytes).toBeLessThanOrEqual(100);
  });

  test('keeps what is spent for whoever asks soon, but no more than 16 MiB of it', async () => {
    const freed: Uint8Array[] = [];
    const cache = freeingCache(200 * 2 ** 20, freed);
    const load = async () => new Uint8Array(4 * 2 ** 20);
    for (let n = 0; n < 10; n++) cache.returnSpent(await cache.borrow(`${n}`, load, never));
    expect([cache.bytes, freed.length]).toEqual([16 * 2 ** 20, 6]);
    const reload = vi.fn(load);
    await cache.get('9', reload, never);
    cache.prepare('8', 1, reload);
    expect(reload).not.toHaveBeenCalled();
    await cache.close();
    expect([cache.bytes, freed.length]).toEqual([0, 10]);
  });

  test.each(['return', 'returnSpent'] as const)(
    'takes for spent what one reader has read to its end, once another gives it back by %s',
    async (giveBack) => {
      const cache = cacheOf(100);
      const load = vi.fn(async () => new Uint8Array(40));
      await cache.get('old', load, never);
      const [first, second] = [await cache.borrow('a', load, never), await cache.borrow('a', load, never)];
      cache.returnSpent(first);
      cache[giveBack](second);
      await cache.get('new', load, never);
      load.mockClear();
      await cache.get('old', load, never);
      expect(load).not.toHaveBeenCalled();
      await cache.get('a', load, never);
      expect(load).toHaveBeenCalledTimes(1);
    },
  );

  test('keeps what is spent for a reader that is a little behind', async () => {
    const cache = cacheOf(100);
    const load = vi.fn(async () => new Uint8Array(40));
    const [first, behind] = [await cache.borrow('a', load, never), await cache.borrow('a', load, never)];
    cache.returnSpent(first);
    cache.return(behind);
    await cache.get('a', load, never);
    await cache.get('b', load, never);
    await cache.get('a', load, never);
    expect(load).toHaveBeenCalledTimes(2);
  });

  test('takes what comes back spent for no other that was loaded since', async () => {
    const freed: Uint8Array[] = [];
    const cache = freeingCache(10, freed);
    const old = await cache.borrow('a', async () => new Uint8Array(10), never);
    await cache.get('b', async () => new Uint8Array(10), never);
    const fresh = await cache.get('a', async () => new Uint8Array(10), never);
    cache.returnSpent(old);
    expect(freed).toContain(old.value);
    expect(freed).not.toContain(fresh);
    expect(await cache.get('a', async () => new Uint8Array(10), never)).toBe(fresh);
  });

  test('keeps what is spent though all the rest is full, and what is too large for that with the rest', async () => {
    const cache = cacheOf(64 * 2 ** 20);
    const load = vi.fn(async () => new Uint8Array(8 * 2 ** 20));
    for (let n = 0; n < 10; n++) await cache.get(`${n}`, load, never);
    cache.returnSpent(await cache.borrow('spent', load, never));
    for (let n = 10; n < 20; n++) await cache.get(`${n}`, load, never);
    load.mockClear();
    await cache.get('spent', load, never);
    expect(load).not.toHaveBeenCalled();
    expect(cache.bytes).toBeLessThanOrEqual(64 * 2 ** 20);
    const huge = vi.fn(async () => new Uint8Array(20 * 2 ** 20));
    for (let n = 0; n < 3; n++) cache.returnSpent(await cache.borrow('huge', huge, never));
    expect(huge).toHaveBeenCalledTimes(1);
  });

  test('frees what is spent only when its last borrower has given it back', async () => {
    const freed: Uint8Array[] = [];
    const cache = freeingCache(10, freed);
    const load = async () => new Uint8Array(10);
    const [first, second] = [await cache.borrow('a', load, never), await cache.borrow('a', load, never)];
    cache.returnSpent(first);
    await cache.get('b', load, never);
    expect(freed).toEqual([]);
    cache.returnSpent(second);
    expect(freed).toEqual([first.value]);
    await cache.close();
    expect(freed).toHaveLength(2);
  });

  test('prepares what will be asked for, and loads it no second time', async () => {
    const cache = cacheOf(100);
    const load = vi.fn(async () => new Uint8Array(10));
    cache.prepare('a', 1, load);
    cache.prepare('a', 1, load);
    await cache.get('a', load, never);
    cache.prepare('a', 1, load);
    expect(load).toHaveBeenCalledTimes(1);
  });

  test('lets a prepared load go on when its only reader leaves', async () => {
    const cache = cacheOf(100);
    const gate = deferred();
    const leaving = new AbortController();
    cache.prepare('a', 1, () => gate.promise);
    const reading = cache.borrow('a', () => gate.promise, leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
    gate.resolve(new Uint8Array(10));
    const reload = vi.fn(async () => new Uint8Array(10));
    await cache.get('a', reload, never);
    expect(reload).not.toHaveBeenCalled();
  });

  test('ends its loads and waits for them when it is closed', async () => {
    const cache = cacheOf(100);
    let ended = false;
    cache.prepare('a', 1, async (signal) => {
      await new Promise((fulfil) => signal.addEventListener('abort', fulfil));
      await new Promise(setImmediate);
      ended = true;
      throw signal.reason;
    });
    await cache.close();
    expect(ended).toBe(true);
    const late = vi.fn(async () => new Uint8Array(1));
    cache.prepare('b', 1, late);
    expect(late).not.toHaveBeenCalled();
  });

  test('waits, when it is closed, also for a load that everybody has left', async () => {
    const cache = cacheOf(100);
    const leaving = new AbortController();
    let ended = false;
    const load = async () => {
      await new Promise(setImmediate);
      ended = true;
      return new Uint8Array(1);
    };
    const reading = cache.borrow('a', load, leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
    expect(ended).toBe(false);
    await cache.close();
    expect(ended).toBe(true);
  });

  test('prepares nothing while very much is under way', async () => {
    const cache = cacheOf(100);
    const gate = deferred();
    let prepared = 0;
    while (cache.prepare(`${prepared}`, 1, () => gate.promise)) prepared++;
    expect(prepared).toBe(8 * availableParallelism());
    const reading = cache.get('asked for', async () => new Uint8Array(1), never);
    expect((await reading).byteLength).toBe(1);
    gate.resolve(new Uint8Array(1));
    await cache.get('0', () => gate.promise, never);
    expect(cache.prepare('another', 1, () => gate.promise)).toBe(true);
    await cache.close();
  });

  test('prepares no more than half of what it keeps before somebody asks for it', async () => {
    const cache = cacheOf(100);
    const load = async () => new Uint8Array(20);
    expect(prepareAll(cache, 'first', 20, load)).toBe(3);
    await cache.get('first 0', load, never);
    expect(prepareAll(cache, 'then', 20, load)).toBe(1);
  });

  test('prepares nothing while much is lent, and again when that was returned', async () => {
    const cache = cacheOf(100);
    const load = async () => new Uint8Array(50);
    const [first, second] = [await cache.borrow('a', load, never), await cache.borrow('a', load, never)];
    cache.return(first);
    expect(cache.prepare('b', 50, load)).toBe(false);
    cache.return(second);
    expect(cache.prepare('b', 50, load)).toBe(true);
  });

  test.each([
    ['failed', 20, async () => Promise.reject(new Error('damaged'))],
    ['was larger than the cache', 20, async () => new Uint8Array(101)],
  ])('prepares more after what it prepared %s', async (_, bytes, load) => {
    const cache = cacheOf(100);
    expect(prepareAll(cache, 'first', bytes, load)).toBe(3);
    await new Promise(setImmediate);
    expect(prepareAll(cache, 'then', bytes, load)).toBe(3);
  });

  test('prepares more after what it prepared has made room', async () => {
    const cache = cacheOf(100);
    const load = async () => new Uint8Array(20);
    prepareAll(cache, 'first', 20, load);
    await new Promise(setImmediate);
    for (let key = 0; key < 5; key++) await cache.get(`asked for ${key}`, load, never);
    expect(prepareAll(cache, 'then', 20, load)).toBe(3);
  });
});

/** How many the cache begins to prepare of `name 0`, `name 1` and so on, `bytes` each. */
function prepareAll(
  cache: BlobCache<Uint8Array>,
  name: string,
  bytes: number,
  load: LoadBlob<Uint8Array>,
): number {
  let prepared = 0;
  while (cache.prepare(`${name} ${prepared}`, bytes, load)) prepared++;
  return prepared;
}
