import { describe, expect, test } from 'vitest';
import type { ProcessState } from '../../process-identity.ts';
import { waitForProcess } from './wait-for-process.ts';

const SERVER = { pid: 7, identity: 'boot/pid:[1]/2' };

describe('waitForProcess', () => {
  test.each<[state: 'gone' | 'unknown']>([['gone'], ['unknown']])('looks first: %s', async (state) => {
    const { pauses, said } = await watch([state], state);
    expect(pauses).toEqual([]);
    expect(said).toEqual([]);
  });

  test('looks often at first, then four times a second', async () => {
    const { pauses } = await watch(Array<ProcessState>(20).fill('alive'), 'gone');
    expect(pauses[0]).toBe(20);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(pauses.at(-1)).toBe(250);
  });

  test('says once when it takes more than two seconds', async () => {
    const { said } = await watch(Array<ProcessState>(100).fill('alive'), 'gone');
    expect(said).toHaveLength(1);
    expect(said[0]).toBeGreaterThanOrEqual(2000);
    expect(said[0]).toBeLessThan(2500);
  });

  test('ends when it is told to', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(
      waitForProcess({ pid: process.pid, identity: undefined }, () => {}, stop.signal),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });

  /** When `states` have been seen it is as `last` says. */
  async function watch(states: ProcessState[], last: 'gone' | 'unknown') {
    const pauses: number[] = [];
    const said: number[] = [];
    const passed = () => pauses.reduce((sum, pause) => sum + pause, 0);
    const outcome = await waitForProcess(SERVER, () => said.push(passed()), new AbortController().signal, {
      state: async (pid, identity) => {
        expect({ pid, identity }).toEqual(SERVER);
        return states.shift() ?? last;
      },
      wait: async (milliseconds) => void pauses.push(milliseconds),
    });
    expect(outcome).toBe(last);
    return { pauses, said };
  }
});
