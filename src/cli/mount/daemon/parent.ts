/**
 * `mount --daemon`: starts this program once more in the background, shows what it says, and ends when it serves or
 * has failed. Knows nothing of repositories; the only thing that it hands over is a password that a person typed.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { StopRequests } from '../../../stop-requests.ts';
import type { CommandContext } from '../../context.ts';
import { CommandError, Interrupted } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import type { Config } from '../../options/config.ts';
import { PasswordReader } from '../../password/password.ts';
import { LOG_FLAGS, LOG_MODE } from '../announce/log-file.ts';
import { closeInherited } from './inherited-descriptors.ts';
import { DAEMON_VARIABLE, parseDaemonMessage, RELEASED } from './messages.ts';

/** From src/ as well as from dist/. */
const PROGRAM = fileURLToPath(new URL('../../../../bin/snapmount.cjs', import.meta.url));

/** Resolves with the exit code for this process: 0 once a daemon serves. Rejects with CommandError or Interrupted. */
export async function launchDaemon(logFile: string | undefined, context: CommandContext): Promise<number> {
  const { config, stop } = context;
  refuseLostBytes(context.args);
  refuseDescriptors(config);
  closeInherited();
  const passwords = new PasswordReader(config.password, context.passwordStreams);
  for (let triesLeft = passwords.tries - 1; ; triesLeft -= 1) {
    const password = config.password.kind === 'ask' ? await passwords.read(stop.first) : undefined;
    const code = await runDaemon(logFile, password, context);
    if (code !== ExitCode.WrongPassword || triesLeft <= 0) return code;
  }
}

/** Node decodes arguments as UTF-8: what was none cannot be handed on as it was typed. */
function refuseLostBytes(args: readonly string[]): void {
  if (!args.some((argument) => argument.includes('\ufffd'))) return;
  throw new CommandError(
    'Option --daemon takes arguments in UTF-8 only: mount without it, behind `setsid -f`',
  );
}

/** A shell's `<(...)` is a descriptor, and the daemon gets none. */
function refuseDescriptors({ location, password }: Config): void {
  for (const source of [location, password]) {
    if (source.kind !== 'file' || !/^\/(?:dev|proc\/self)\/(?:fd\/|stdin$)/.test(source.path)) continue;
    throw new CommandError(
      `Option --daemon cannot read "${source.path}", which only this process has: give a file, or --password-command for a password`,
    );
  }
}

async function runDaemon(
  logFile: string | undefined,
  password: string | undefined,
  context: CommandContext,
): Promise<number> {
  const log = logFile === undefined ? undefined : await openLog(logFile);
  try {
    return await untilServing(start(log, password, context), context);
  } finally {
    await log?.close();
  }
}

/** What Node itself writes when it crashes lands there; the daemon's own lines come by another way. */
function openLog(path: string): Promise<FileHandle> {
  return open(path, LOG_FLAGS, LOG_MODE).catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError(`Log file "${path}" cannot be written (${cause.code})`, { cause });
  });
}

/** It holds no descriptor of ours: whoever waits for the end of our output must not wait for the end of the mount. */
function start(
  log: FileHandle | undefined,
  password: string | undefined,
  { args, streams }: CommandContext,
): ChildProcess {
  const output = log?.fd ?? 'ignore';
  const child = spawn(process.execPath, [...process.execArgv, PROGRAM, ...args], {
    detached: true,
    stdio: [password === undefined ? 'ignore' : 'pipe', output, output, 'ipc'],
    // It is not the process that a service manager has started: the end of this one says that the mount serves.
    env: { ...streams.env, NOTIFY_SOCKET: undefined, [DAEMON_VARIABLE]: '1' },
  });
  // It may end before it has read the password; that it ended is what is told.
  child.stdin?.on('error', () => {});
  child.stdin?.end(`${password}\n`);
  return child;
}

async function untilServing(child: ChildProcess, { stop, streams }: CommandContext): Promise<number> {
  let complaints = 0;
  const serving = new Promise<'serving'>((fulfil) => {
    child.on('message', (message) => {
      const said = parseDaemonMessage(message);
      if (said?.kind === 'ready') fulfil('serving');
      if (said?.kind !== 'text') return;
      if (said.stream === 'stderr') complaints += 1;
      streams[said.stream].write(said.text);
    });
  });
  const ended = whenEnded(child);
  const passOnNoMore = passOnStops(child, stop);
  try {
    const first = await Promise.race([serving, ended]);
    // Who asks for an end at the very moment when it serves is told when there is one.
    if (first === 'serving' && !stop.first.aborted) {
      // From here on it is not ours to end any more.
      passOnNoMore();
      await release(child);
      return ExitCode.Ok;
    }
    const { code, signal } = await ended;
    if (code !== null && code !== ExitCode.Ok && complaints > 0) return code;
    stop.first.throwIfAborted();
    throw new CommandError(`The daemon ended by ${signal ?? `exit code ${code}`} before it served`);
  } finally {
    passOnNoMore();
  }
}

/** It is told that it is heard no more, or it would take our end for a reason to end, too. */
async function release(child: ChildProcess): Promise<void> {
  await new Promise((fulfil) => child.send(RELEASED, fulfil));
  if (child.connected) child.disconnect();
  child.unref();
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Resolves when it has ended and all that it said was read. Rejects with CommandError if it could not be started. */
function whenEnded(child: ChildProcess): Promise<Ended> {
  const ended = new Promise<Ended>((fulfil, reject) => {
    child.on('error', (cause) =>
      reject(new CommandError(`The daemon cannot be started: ${cause.message}`, { cause })),
    );
    child.once('close', (code, signal) => fulfil({ code, signal }));
  });
  // Once it serves nobody waits for it.
  ended.catch(() => {});
  return ended;
}

/** The daemon has no terminal whose keys could reach it. Returns what ends it. */
function passOnStops(child: ChildProcess, stop: StopRequests): () => void {
  const signals = [stop.first, stop.second];
  const passOn = (event: Event) => {
    const { reason } = event.target as AbortSignal;
    child.kill(reason instanceof Interrupted && reason.signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
  };
  for (const signal of signals) signal.addEventListener('abort', passOn, { once: true });
  return () => {
    for (const signal of signals) signal.removeEventListener('abort', passOn);
  };
}
