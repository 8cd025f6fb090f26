/**
 * Tells whether a process that somebody wrote down is still there. Its number alone does not say: numbers are used
 * again, on Windows soon, and mean other processes in other containers and after a restart.
 */

import { readFile, readlink } from 'node:fs/promises';
import { windowsComputer, windowsStartOf } from './windows/processes.ts';

/** `unknown` where its number means nothing here: noted in another container or before a restart. */
export type ProcessState = 'alive' | 'gone' | 'unknown';

/** What a system tells of processes. Both reject where it does not. */
export interface Processes {
  /** The same wherever and as long as a number means the same process, or none. */
  place(): Promise<string>;
  /** The same for as long as the process lives; undefined for one that has ended. */
  startOf(pid: number): Promise<string | undefined>;
}

const LINUX: Processes = { place: linuxPlace, startOf: linuxStartOf };
const WINDOWS: Processes = { place: windowsComputer, startOf: windowsStartOf };
const HERE = process.platform === 'win32' ? WINDOWS : LINUX;

/** `place/start`, the same for as long as the process lives; undefined where the system does not say. */
export async function processIdentity(pid: number, processes = HERE): Promise<string | undefined> {
  try {
    const [place, start] = await Promise.all([processes.place(), processes.startOf(pid)]);
    return start === undefined ? undefined : `${place}/${start}`;
  } catch {
    return undefined;
  }
}

/** `identity` is what `processIdentity` said when the process was written down, if it said anything. */
export async function processState(
  pid: number,
  identity: string | undefined,
  processes = HERE,
): Promise<ProcessState> {
  // Zero and less stand for groups of processes.
  if (pid <= 0) return 'unknown';
  const here = await processIdentity(process.pid, processes);
  if (identity !== undefined && placeOf(identity) !== placeOf(here ?? '')) return 'unknown';
  if (!exists(pid)) return 'gone';
  const now = await processes.startOf(pid).catch(() => null);
  if (now === undefined) return 'gone';
  // Somebody else's, of whom the system tells us nothing more than that it is there.
  if (identity === undefined || now === null) return 'alive';
  return identity.endsWith(`/${now}`) ? 'alive' : 'gone';
}

function placeOf(identity: string): string {
  return identity.slice(0, identity.lastIndexOf('/'));
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Boot and namespace. */
async function linuxPlace(): Promise<string> {
  const [boot, namespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'latin1'),
    // Of this process: the number is meant as we see it.
    readlink('/proc/self/ns/pid'),
  ]);
  return `${boot.trim()}/${namespace}`;
}

/**
 * Field 22 of /proc/PID/stat (proc(5)), counted from behind the name, which may hold anything. Undefined for a process
 * that has ended and only waits for its parent to hear of it.
 */
async function linuxStartOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}
