/**
 * Starts this program once more, to serve the mount in a process of its own: as a daemon, or where the system does not
 * let the process that people start serve it. Knows nothing of repositories; the only thing that it hands over is a password.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { poolVariable } from '../../../repo/backend/thread-pool.ts';
import type { CommandContext } from '../../context.ts';
import { CommandError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import type { Config } from '../../options/config.ts';
import type { TerminalStream } from '../../output/terminal-reporter.ts';
import { handOver } from '../../password/handed-over.ts';
import { PasswordReader } from '../../password/password.ts';
import { LOG_FLAGS, LOG_MODE } from '../announce/log-file.ts';
import { type Following, followServer } from './follow-server.ts';
import { closeInherited } from './inherited-descriptors.ts';
import { type Launch, SERVER_VARIABLE } from './messages.ts';

/** From src/ as well as from dist/. */
const PROGRAM = fileURLToPath(new URL('../../../../bin/snapmount.cjs', import.meta.url));

/** Of a terminal that does not say. */
const DEFAULT_COLUMNS = 80;

export interface ServerOptions extends Following {
  readonly logFile: string | undefined;
}

/** Resolves with the exit code for this process: 0 once a daemon serves. Rejects with CommandError or Interrupted. */
export async function launchServer(options: ServerOptions, context: CommandContext): Promise<number> {
  const { config, stop } = context;
  refuseLostBytes(context.args);
  refuseDescriptors(config);
  closeInherited();
  const passwords = new PasswordReader(config.password, context.passwordStreams);
  for (let triesLeft = passwords.tries - 1; ; triesLeft -= 1) {
    const password = isAskedFor(config) ? await passwords.read(stop.first) : undefined;
    const code = await runServer(options, password, context);
    if (code !== ExitCode.WrongPassword || triesLeft <= 0) return code;
  }
}

/** By a prompt, or by a command that may have questions of its own. */
function isAskedFor({ password }: Config): boolean {
  return password.kind === 'ask' || password.kind === 'command';
}

/** Node decodes arguments as UTF-8: what was none cannot be handed on as it was typed. Windows has no such arguments. */
function refuseLostBytes(args: readonly string[]): void {
  if (process.platform === 'win32' || !args.some((argument) => argument.includes('\ufffd'))) return;
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

async function runServer(
  options: ServerOptions,
  password: string | undefined,
  context: CommandContext,
): Promise<number> {
  const log = options.logFile === undefined ? undefined : await openLog(options.logFile);
  try {
    return await followServer(start(options, log, password, context), options, context);
  } finally {
    await log?.close();
  }
}

/** What Node itself writes when it crashes lands there; the server's own lines come by another way. */
function openLog(path: string): Promise<FileHandle> {
  return open(path, LOG_FLAGS, LOG_MODE).catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError(`Log file "${path}" cannot be written (${cause.code})`, { cause });
  });
}

/**
 * It holds no descriptor of ours: whoever waits for the end of our output must not wait for the end of the mount. Nor
 * does it hang on our terminal or console: whatever becomes of that, the server ends in order.
 */
function start(
  { stays }: ServerOptions,
  log: FileHandle | undefined,
  password: string | undefined,
  { args, streams }: CommandContext,
): ChildProcess {
  const output = log?.fd ?? (stays ? 'pipe' : 'ignore');
  const { stdout, stderr } = streams;
  const terminals = { ...width('stdout', stdout), ...width('stderr', stderr) };
  const launch: Launch = { stays, hasPassword: password !== undefined, terminals };
  const child = spawn(process.execPath, [...process.execArgv, PROGRAM, ...args], {
    detached: true,
    windowsHide: true,
    stdio: [password === undefined ? 'ignore' : 'pipe', output, output, 'ipc'],
    // It is not the process that a service manager has started: the end of this one says that the mount serves.
    env: {
      ...streams.env,
      NOTIFY_SOCKET: undefined,
      ...(process.platform === 'win32' && {
        UV_THREADPOOL_SIZE: poolVariable(streams.env.UV_THREADPOOL_SIZE),
      }),
      [SERVER_VARIABLE]: JSON.stringify(launch),
    },
  });
  child.stdout?.on('data', (bytes: Uint8Array) => stderr.write(bytes));
  child.stderr?.on('data', (bytes: Uint8Array) => stderr.write(bytes));
  // It may end before it has read the password; that it ended is what is told.
  child.stdin?.on('error', () => {});
  if (password !== undefined) child.stdin?.end(handOver(password));
  return child;
}

function width(name: 'stdout' | 'stderr', { isTTY, columns }: TerminalStream): Launch['terminals'] {
  return isTTY === true ? { [name]: columns ?? DEFAULT_COLUMNS } : {};
}
