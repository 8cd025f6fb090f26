import { describe, expect, test, vi } from 'vitest';
import { BlobCache } from './blob-cache.ts';

const never = new AbortController().signal;
function cacheOf(maxBytes: number): BlobCache<Uint8Array> {
  return new BlobCache({ maxBytes, bytesOf: (value) => value.byteLength });
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
    expect(cache.peek('k49')).toBeDefined();
    expect(cache.peek('k0')).toBeUndefined();
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
});
