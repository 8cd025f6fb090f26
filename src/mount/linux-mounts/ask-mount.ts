/**
 * Asks a mount whether its server lives, and which process that is. Asked by a process of its own: a call that a hung
 * server does not answer cannot be ended, and holds up the end of the process that made it.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compiledModule } from '../../compiled-module.ts';
import { MountError } from '../errors.ts';
import { parseServerProcess, type ServerProcess } from './server-process.ts';

export type Answer =
  /** The server has died. */
  | { readonly state: 'dead' }
  /** No answer in time. */
  | { readonly state: 'silent' }
  /** It is a mount of another user, who has not let us in. */
  | { readonly state: 'forbidden' }
  /** Without a process if it is no server of ours. */
  | { readonly state: 'alive'; readonly process: ServerProcess | undefined };

/** What the asking process prints, as JSON. */
export interface Said {
  readonly state: 'dead' | 'forbidden' | 'alive';
  readonly process?: string;
}

/** Milliseconds. A server that lives answers at once, but a busy machine may be slow to start who asks. */
const LIMIT = 5000;

const PROGRAM = compiledModule('./asking-process.js', import.meta.url);

/** Characters of an answer. */
const LONGEST = 1000;

/** `place` holds no symbolic link. Rejects with the signal's reason, or with MountError if nobody could ask. `limit`: ms. */
export async function askMount(place: string, signal: AbortSignal, limit = LIMIT): Promise<Answer> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [fileURLToPath(PROGRAM), place], {
    cwd: '/',
    // It needs none of ours, which may hold a password.
    env: {},
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), limit);
  try {
    const said = await answerOf(child, AbortSignal.any([signal, patience.signal]));
    signal.throwIfAborted();
    return said === undefined ? { state: 'silent' } : understand(said, place);
  } finally {
    clearTimeout(timer);
  }
}

/** All that it printed; undefined when `signal` aborts, after which it is left to itself. */
function answerOf(child: ChildProcess, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(0, LONGEST);
    });
    child.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new MountError('failed', `Cannot start a process (${cause.code})`, { cause }));
    });
    child.once('close', () => resolve(said));
    signal.addEventListener('abort', () => {
      // It may be beyond the reach of signals until the server answers: nobody waits for it.
      child.kill('SIGKILL');
      child.unref();
      child.stdout?.destroy();
      resolve(undefined);
    });
  });
}

function understand(text: string, place: string): Answer {
  let said: Said;
  try {
    said = JSON.parse(text) as Said;
  } catch (cause) {
    throw new MountError('failed', `Cannot ask the mount at "${place}" who serves it`, { cause });
  }
  if (said.state !== 'alive') return { state: said.state };
  return { state: 'alive', process: parseServerProcess(said.process ?? '') };
}
