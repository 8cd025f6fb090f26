/** The processes that clean up behind a mount whose server is killed. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { expect } from 'vitest';

const MOST_TRIES = 1000;

/** Those of the mount at `path`, also when they have become the command that detaches it. */
export function watchersOf(path: string): number[] {
  const isWatcher = (words: readonly string[]) =>
    words.at(-2) === path && ['snapmount-watcher', '-l', '-z'].some((word) => words.includes(word));
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => isWatcher(commandLine(pid)))
    .map(Number);
}

/** What is killed after this leaves a dead mount. */
export async function killWatchers(path: string): Promise<void> {
  for (const watcher of watchersOf(path)) process.kill(watcher, 'SIGKILL');
  await expect.poll(() => watchersOf(path), { interval: 5 }).toEqual([]);
}

/** Its words and an empty one; none for a process that has ended. */
function commandLine(pid: string): string[] {
  try {
    let text = '';
    // Empty, too, for a moment in which a process becomes another program, as a watcher does.
    for (let tries = 0; text === '' && tries < MOST_TRIES && hasProgram(pid); tries++) {
      text = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    }
    return text.split('\0');
  } catch {
    return [];
  }
}

/** The kernel's own threads have none, nor have processes that have ended. */
function hasProgram(pid: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`) !== '';
  } catch {
    return false;
  }
}
