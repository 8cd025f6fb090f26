/**
 * What a process of ours may leave behind without anybody seeing it: descriptors, threads, children, what keeps the
 * process alive, rejections that nobody handled. Reads /proc and Node; knows nothing of mounts.
 */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';

const MOST_TURNS = 100;

const rejections = [];
process.on('unhandledRejection', (reason) => rejections.push(String(reason)));

/** Reasons of all rejections that nobody has handled since this module was loaded. */
export function unhandledRejections() {
  return [...rejections];
}

/** Sorted texts, so that two moments can be compared: what each descriptor stands for, without numbers that change. */
export function openDescriptors() {
  return readdirSync('/proc/self/fd')
    .map((number) => target(`/proc/self/fd/${number}`))
    .filter((kind) => kind !== undefined)
    .sort();
}

/** Threads of this process: Node's, libuv's pool, and workers that have not ended. */
export function threadCount() {
  return readdirSync('/proc/self/task').length;
}

/** Process ids of children, ended ones too that nobody has waited for. */
export function children() {
  return readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
}

/** What would keep the process alive now: timers, sockets, processes, threads at work. */
export function activeResources() {
  // Node makes these when they are used first.
  process.stdout.writableLength + process.stderr.writableLength;
  return process.getActiveResourcesInfo();
}

/** What would keep it alive beside those that were there `before`, once what has ended is closed: a turn or two. */
export async function resourcesBeside(before) {
  for (let turns = 0; ; turns++) {
    const left = added(before, activeResources());
    if (left.length === 0 || turns === MOST_TURNS) return left;
    await nextTurn();
  }
}

/** What of `after` is not in `before`, each as often as it is too many. */
export function added(before, after) {
  const left = [...before];
  return after.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Undefined for the descriptor by which the folder itself was read, which is closed by now. */
function target(path) {
  try {
    return readlinkSync(path).replace(/\[\d+\]$/, '');
  } catch {
    return undefined;
  }
}
