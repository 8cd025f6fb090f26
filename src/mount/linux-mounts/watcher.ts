/**
 * Cleans the mountpoint when this process is killed and cannot: a small shell that is started before the mount is
 * made and waits for its standard input to end. Knows what stands in /proc/self/mountinfo, nothing of FUSE.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { Reporter } from '../../report.ts';
import { MOUNT_TYPE } from './mount-type.ts';
import { escapeMountpoint, mountAt } from './mountinfo.ts';
import { detachingCommand } from './unmount.ts';

const END = 'end';
/** Milliseconds for a shell that was told to end: one that somebody has stopped does not hear it. */
const PATIENCE = 2000;

/** Calls back once after some milliseconds; returns what prevents it. */
export type Schedule = (callback: () => void, milliseconds: number) => () => void;

/**
 * Arguments: the place as mountinfo shows it, the device that is seen there before the mount, the mount's type, and
 * the command that unmounts. Until it is told the mount's device, a new mount of that type is taken for it; the type
 * counts in any case, as the kernel gives a free device number to the next mount of any kind.
 * Everything is compared and passed on as it is: a place may be called anything.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM
place=$1 before=$2 type=$3
shift 3
ours=
while IFS= read -r word; do
  if [ "$word" = ${END} ]; then exit; fi
  ours=$word
done
seen= seen_type=
while read -r id parent device root spot rest; do
  if [ "$spot" = "$place" ]; then
    seen=$device rest=\${rest#* - }
    seen_type=\${rest%% *}
  fi
done < /proc/self/mountinfo
if [ "$seen_type" != "$type" ]; then exit; fi
if [ -z "$ours" ] && [ "$seen" != "$before" ]; then ours=$seen; fi
if [ "$seen" = "$ours" ]; then exec "$@"; fi
`;

/**
 * Starts watching a place, which holds no symbolic link; to be called before it is mounted on. Without a shell there
 * is nobody who watches. Rejects with MountError if what would unmount is not installed.
 */
export async function startWatcher(place: string, reporter: Reporter, schedule: Schedule): Promise<Watcher> {
  const [before, { command, searchPath }] = await Promise.all([mountAt(place), detachingCommand(place)]);
  const words = [escapeMountpoint(place), before?.device ?? '', MOUNT_TYPE, ...command];
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'snapmount-watcher', ...words], {
    // A session of its own: neither Ctrl-C nor the end of the terminal reaches it. It keeps no folder busy.
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: searchPath, LC_ALL: 'C' },
  });
  const onProblem = (problem: Error) =>
    reporter.detail(`Nobody cleans "${place}" should this process be killed: ${problem.message}`);
  return new Watcher(shell, onProblem, schedule);
}

export class Watcher {
  readonly #shell: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #schedule: Schedule;

  constructor(shell: ChildProcess, onProblem: (problem: Error) => void, schedule: Schedule) {
    this.#shell = shell;
    this.#schedule = schedule;
    this.#ended = new Promise((resolve) => {
      shell.once('exit', () => resolve());
      shell.once('error', (problem) => {
        onProblem(problem);
        resolve();
      });
    });
    // It may have been killed: there is nobody to tell then.
    shell.stdin?.on('error', () => {});
  }

  /**
   * What keeps the watcher waiting. A helper that is about to mount inherits it, so that it is not taken for dead
   * when only this process is.
   */
  get tie(): Writable | undefined {
    const { pid, stdin } = this.#shell;
    // Without a shell, or when it has gone, nothing is left that a helper could inherit.
    return pid === undefined || stdin === null || stdin.destroyed ? undefined : stdin;
  }

  /** Tells which mount is ours: its device in mountinfo. */
  watch(device: string): void {
    this.#shell.stdin?.write(`${device}\n`);
  }

  /** Ends it without an unmount. Resolves when its process has ended. Idempotent. */
  async stop(): Promise<void> {
    this.#shell.stdin?.end(`${END}\n`);
    const prevent = this.#schedule(() => this.#shell.kill('SIGKILL'), PATIENCE);
    await this.#ended;
    prevent();
  }
}
