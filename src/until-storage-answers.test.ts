import { describe, expect, test } from 'vitest';
import { untilStorageAnswers } from './until-storage-answers.ts';

const NEVER = new Promise<never>(() => {});
const NOTE = 'Waiting for the storage to answer; ask once more to end without it';

/** Waits that last until the test ends them, or their signal does. */
function setUp() {
  const stop = { first: new AbortController(), second: new AbortController() };
  const notes: string[] = [];
  const waits = new Map<number, () => void>();
  const wait = (milliseconds: number, signal: AbortSignal) =>
    new Promise<void>((fulfil, reject) => {
      const end = () => {
        waits.delete(milliseconds);
        reject(signal.reason);
      };
      waits.set(milliseconds, fulfil);
      signal.addEventListener('abort', end, { once: true });
    });
  const reporter = { warn() {}, note: (line: string) => void notes.push(line), detail() {}, progress() {} };
  const requests = { first: stop.first.signal, second: stop.second.signal };
  const answer = <Value>(work: Promise<Value>) =>
    untilStorageAnswers(work, requests, reporter, { grace: 2000, wait });
  return { stop, notes, waits, answer };
}

describe('untilStorageAnswers', () => {
  test('says what is waited for a second after the first request, and how to end that', async () => {
    const { stop, notes, waits, answer } = setUp();
    const waiting = answer(NEVER);
    expect([...waits.keys()]).toEqual([]);
    stop.first.abort();
    expect([...waits.keys()]).toEqual([1000]);
    expect(notes).toEqual([]);
    waits.get(1000)?.();
    await expect.poll(() => notes).toEqual([NOTE]);
    stop.second.abort(new Error('twice'));
    waits.get(2000)?.();
    await expect(waiting).rejects.toThrow('twice');
    expect(notes).toEqual([NOTE]);
  });

  test('says it also where the request came before', async () => {
    const { stop, notes, waits, answer } = setUp();
    stop.first.abort();
    const work = answer(new Promise((fulfil) => stop.second.signal.addEventListener('abort', fulfil)));
    waits.get(1000)?.();
    await expect.poll(() => notes).toEqual([NOTE]);
    stop.second.abort();
    await work;
  });

  test.each<[what: string, work: () => Promise<unknown>]>([
    ['ends', () => Promise.resolve('done')],
    ['fails', () => Promise.reject(new Error('failed'))],
  ])('says nothing and leaves no timer when the work %s before', async (_, work) => {
    const { stop, notes, waits, answer } = setUp();
    stop.first.abort();
    await Promise.allSettled([answer(work())]);
    expect(waits.size).toBe(0);
    const { signal } = new AbortController();
    expect(await answer(Promise.resolve(signal))).toBe(signal);
    expect(notes).toEqual([]);
  });

  test('says nothing to who has asked twice', async () => {
    const { stop, notes, waits, answer } = setUp();
    stop.first.abort();
    const waiting = answer(NEVER);
    stop.second.abort(new Error('twice'));
    expect([...waits.keys()]).toEqual([2000]);
    waits.get(2000)?.();
    await expect(waiting).rejects.toThrow('twice');
    expect(notes).toEqual([]);
  });
});
