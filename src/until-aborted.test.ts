import { describe, expect, test } from 'vitest';
import { untilAborted, untilOverdue } from './until-aborted.ts';

const NEVER = new Promise<never>(() => {});
const A_DAY = 86_400_000;

describe('waiting until a signal', () => {
  test('gives what the work gives', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
    expect(await untilOverdue(Promise.resolve(2), signal)).toBe(2);
    await expect(untilOverdue(Promise.reject(new Error('failed')), signal)).rejects.toThrow('failed');
  });

  test('ends at once for work that hangs', async () => {
    await expect(untilAborted(NEVER, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });

  test('is over after the grace and not without a signal', async () => {
    const stop = new AbortController();
    const waiting = untilOverdue(NEVER, stop.signal, 1);
    const first = await Promise.race([waiting, new Promise((fulfil) => setTimeout(fulfil, 20, 'waits'))]);
    expect(first).toBe('waits');
    stop.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
    await expect(untilOverdue(NEVER, stop.signal, 1)).rejects.toThrow('stop');
  });

  test('leaves work its grace, and no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const late = new Promise((fulfil) => setImmediate(fulfil, 'done in order'));
    expect(await untilOverdue(late, AbortSignal.abort(new Error('stop')), A_DAY)).toBe('done in order');
    expect(timers()).toBe(before);
  });
});
