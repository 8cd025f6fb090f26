import { describe, expect, test } from 'vitest';
import { untilReleased } from './until-released.ts';

const never = new AbortController().signal;

/** Refuses so often by these codes, then succeeds. */
async function attempt(codes: string[], platform: NodeJS.Platform = 'win32', signal = never) {
  const pauses: number[] = [];
  let calls = 0;
  const work = async () => {
    const code = codes[calls++];
    if (code !== undefined) throw Object.assign(new Error(`${code} ${calls}`), { code });
    return 'done';
  };
  const wait = async (milliseconds: number, given: AbortSignal) => {
    given.throwIfAborted();
    pauses.push(milliseconds);
  };
  const outcome = await untilReleased(work, signal, { platform, wait }).catch(
    (error: Error) => error.message,
  );
  return { outcome, calls, pauses };
}

describe('untilReleased', () => {
  test('tries again after longer and longer pauses what somebody else has open', async () => {
    const { outcome, calls, pauses } = await attempt(['EBUSY', 'EPERM', 'EACCES', 'EBUSY']);
    expect(outcome).toBe('done');
    expect(calls).toBe(5);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  });

  test('gives up within two seconds, with the last failure', async () => {
    const { outcome, calls, pauses } = await attempt(Array(100).fill('EPERM'));
    expect(outcome).toBe(`EPERM ${calls}`);
    expect(pauses.reduce((sum, pause) => sum + pause)).toBeLessThan(2000);
  });

  test.each<[what: string, codes: string[], platform: NodeJS.Platform]>([
    ['another failure', ['ENOENT'], 'win32'],
    ['a refusal of another system', ['EPERM'], 'linux'],
  ])('does not try %s again', async (_what, codes, platform) => {
    expect(await attempt(codes, platform)).toEqual({ outcome: `${codes[0]} 1`, calls: 1, pauses: [] });
  });

  test('gives up at once when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('Stopped'));
    expect(await attempt(['EBUSY'], 'win32', signal)).toEqual({ outcome: 'EBUSY 1', calls: 1, pauses: [] });
  });
});
