/** Waits for the end of a process that is none of our children. */

import { type ProcessState, processState } from '../../process-identity.ts';
import { realWait, type Wait } from '../../wait.ts';

/** Milliseconds between two looks: soon after what ends at once, seldom at what takes long. */
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 250;
const GROWTH = 1.5;

/** Milliseconds after which somebody wants to know what takes so long. */
const LONG = 2000;

export interface Waiting {
  readonly state: (pid: number, identity: string | undefined) => Promise<ProcessState>;
  readonly wait: Wait;
}

/**
 * Resolves when it has gone, or at once if its number means nothing here. `onLong` is called once when that takes
 * long. `waiting` is replaced by tests. Rejects when the signal aborts.
 */
export async function waitForProcess(
  { pid, identity }: { readonly pid: number; readonly identity: string | undefined },
  onLong: () => void,
  signal: AbortSignal,
  waiting: Waiting = REAL,
): Promise<'gone' | 'unknown'> {
  let passed = 0;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * GROWTH, LONGEST_PAUSE)) {
    const state = await waiting.state(pid, identity);
    if (state !== 'alive') return state;
    await waiting.wait(pause, signal);
    if (passed < LONG && passed + pause >= LONG) onLong();
    passed += pause;
  }
}

const REAL: Waiting = { state: processState, wait: realWait };
