/**
 * The command that a mount is made for (`--exec`): started once it serves, and told when it ends. Knows nothing of
 * the mount but its path.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { StopRequests } from '../../stop-requests.ts';
import { CommandError, Interrupted } from '../errors.ts';
import { endProcessTree } from './end-process-tree.ts';
import { shellCall } from './system-shell.ts';

export interface CommandLine {
  /** For the system's shell. */
  readonly command: string;
  /** An absolute path, handed over as SNAPMOUNT_MOUNTPOINT. */
  readonly mountpoint: string;
  /** False where standard input was read for a password: what is left of it is not what the command expects. */
  readonly withInput: boolean;
  readonly variables: NodeJS.ProcessEnv;
}

/**
 * Resolves with its exit code, 128 and the signal's number where one ended it. The first stop request is passed on
 * unless it has reached the command by itself, the second ends it; when `signal` aborts without any, the mount is
 * going and it gets SIGTERM. Always waits for its end. Rejects with CommandError, or if stopped before it began.
 */
export async function runCommand(
  { command, mountpoint, withInput, variables }: CommandLine,
  stop: StopRequests,
  signal: AbortSignal,
): Promise<number> {
  stop.first.throwIfAborted();
  // A shell of the system's, whose start never asks the mount: until exec(2) has succeeded this thread waits, and
  // it is the one that answers.
  const { file, args, options } = shellCall(command, process.platform, variables);
  const child = spawn(file, args, {
    ...options,
    stdio: [withInput ? 'inherit' : 'ignore', 'inherit', 'inherit'],
    env: { ...variables, SNAPMOUNT_MOUNTPOINT: mountpoint },
  });
  const onStop = () => passOn(stop.first.reason, (name) => child.kill(name));
  const onSecondStop = () => end(child, 'SIGKILL');
  const onEnding = () => stop.first.aborted || end(child, 'SIGTERM');
  stop.first.addEventListener('abort', onStop, { once: true });
  stop.second.addEventListener('abort', onSecondStop, { once: true });
  signal.addEventListener('abort', onEnding, { once: true });
  try {
    return await exitCodeOf(child, file);
  } finally {
    stop.first.removeEventListener('abort', onStop);
    stop.second.removeEventListener('abort', onSecondStop);
    signal.removeEventListener('abort', onEnding);
  }
}

/** Windows has no signals, and ending its shell alone would leave what that has started. */
function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (process.platform === 'win32') endProcessTree(child);
  else child.kill(signal);
}

function exitCodeOf(child: ChildProcess, shell: string): Promise<number> {
  return new Promise((fulfil, reject) => {
    child.once('error', (cause) =>
      reject(new CommandError(`Command cannot be run: ${shell} failed (${cause.message})`, { cause })),
    );
    child.once('exit', (code, endedBy) => fulfil(code ?? 128 + constants.signals[endedBy ?? 'SIGKILL']));
  });
}

/** What a terminal sends reaches every process of its foreground group: the command must not get it twice. */
function passOn(reason: unknown, kill: (name: NodeJS.Signals) => void): void {
  // Ctrl-C, Ctrl-Break and the closing of its window reach every process of a console, and there is nothing else.
  if (process.platform === 'win32') return;
  const name = reason instanceof Interrupted ? reason.signal : 'SIGTERM';
  if (name === 'SIGINT' && !isForeground(readOwnState())) kill('SIGINT');
  // SIGHUP is a request only where the terminal has gone, which the command has heard as well.
  else if (name !== 'SIGINT' && name !== 'SIGHUP') kill('SIGTERM');
}

/**
 * Whether the keys of a terminal are meant for the process with this /proc/PID/stat, see proc(5): its group (field 5,
 * counted from behind the name, which may hold anything) is the terminal's foreground group (field 8). Pure.
 */
export function isForeground(state: string): boolean {
  const fields = state.slice(state.lastIndexOf(')') + 2).split(' ');
  return fields[2] === fields[5];
}

function readOwnState(): string {
  try {
    return readFileSync('/proc/self/stat', 'latin1');
  } catch {
    // Where it cannot be known, a person at a terminal is likelier than a program that sends SIGINT.
    return '';
  }
}
