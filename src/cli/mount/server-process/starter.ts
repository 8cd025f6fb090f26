/**
 * Starts this program once more, to serve the mount in a process of its own, and shows what that one says: until a
 * daemon serves (`--daemon`), or until the mount has ended, where the system does not let the process that people start
 * serve it. Knows nothing of repositories; the only thing that it hands over is a password that a person typed.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { poolVariable } from '../../../repo/backend/thread-pool.ts';
import type { StopRequests } from '../../../stop-requests.ts';
import { realWait } from '../../../wait.ts';
import type { CommandContext } from '../../context.ts';
import { CommandError, Interrupted } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import type { Config } from '../../options/config.ts';
import type { TerminalStream } from '../../output/terminal-reporter.ts';
import { handOver } from '../../password/handed-over.ts';
import { PasswordReader } from '../../password/password.ts';
import { LOG_FLAGS, LOG_MODE } from '../announce/log-file.ts';
import { closeInherited } from './inherited-descriptors.ts';
import { type FromStarter, type Launch, parseFromServer, SERVER_VARIABLE } from './messages.ts';

/** From src/ as well as from dist/. */
const PROGRAM = fileURLToPath(new URL('../../../../bin/snapmount.cjs', import.meta.url));

/** Milliseconds in which what a process has said before its end arrives. */
const LAST_WORDS = 1000;
/** Of a terminal that does not say. */
const DEFAULT_COLUMNS = 80;

export interface ServerOptions {
  /** Whether this process stays until the mount has ended, or only until it serves. */
  readonly stays: boolean;
  readonly logFile: string | undefined;
  /** Runs the command that the mount is made for; see `runCommand`. Only asked of one that stays. */
  readonly runCommand: (mountpoint: string, signal: AbortSignal) => Promise<number>;
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
    return await untilDone(start(options, log, password, context), options, context);
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

/** Follows the server until there is nothing left for this process to do. Resolves with the exit code. */
async function untilDone(
  child: ChildProcess,
  { stays, runCommand }: ServerOptions,
  { stop, streams }: CommandContext,
): Promise<number> {
  let isMeant = false;
  const command = new StartedCommand(runCommand, (outcome) => tell(child, outcome));
  const serving = new Promise<'serving'>((fulfil) => {
    child.on('message', (message) => {
      const said = parseFromServer(message);
      if (said?.kind === 'text') streams[said.stream].write(said.text);
      else if (said?.kind === 'ready') fulfil('serving');
      else if (said?.kind === 'run') command.start(said.mountpoint);
      else if (said?.kind === 'end-command') command.askToEnd();
      else if (said?.kind === 'done') isMeant = true;
    });
  });
  const ended = whenEnded(child);
  const passOnNoMore = passOnStops(child, stop);
  try {
    // Who asks for an end at the very moment when it serves is told when there is one.
    if (!stays && (await Promise.race([serving, ended])) === 'serving' && !stop.first.aborted) {
      // From here on it is not ours to end any more.
      passOnNoMore();
      await release(child);
      return ExitCode.Ok;
    }
    const { code, signal } = await ended;
    if (code !== null && isMeant) return code;
    stop.first.throwIfAborted();
    throw new CommandError(
      `The process that serves the mount ended by ${signal ?? `exit code ${code}`} before it was done`,
    );
  } finally {
    passOnNoMore();
    await command.end();
  }
}

/** The command that the mount is made for. Knows nothing of how it is run. */
class StartedCommand {
  readonly #run: ServerOptions['runCommand'];
  readonly #tell: (outcome: FromStarter) => void;
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;

  constructor(run: ServerOptions['runCommand'], tell: (outcome: FromStarter) => void) {
    this.#run = run;
    this.#tell = tell;
  }

  start(mountpoint: string): void {
    this.#running ??= this.#run(mountpoint, this.#ending.signal).then(
      (code) => this.#tell({ kind: 'ran', code }),
      (error: unknown) => this.#tell({ kind: 'not-run', problem: (error as Error).message }),
    );
  }

  askToEnd(): void {
    this.#ending.abort(new Error('The mount ends'));
  }

  /** Resolves when it has ended. */
  async end(): Promise<void> {
    this.askToEnd();
    await this.#running;
  }
}

/** It is told that it is heard no more, or it would take our end for a reason to end, too. */
async function release(child: ChildProcess): Promise<void> {
  await new Promise((fulfil) => child.send({ kind: 'released' } satisfies FromStarter, fulfil));
  if (child.connected) child.disconnect();
  child.unref();
}

/** One that ends meanwhile does not hear it, and needs not. */
function tell(child: ChildProcess, message: FromStarter): void {
  if (child.connected) child.send(message, () => {});
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Resolves when it has ended and all that it said was read. Rejects with CommandError if it could not be started. */
function whenEnded(child: ChildProcess): Promise<Ended> {
  const ended = new Promise<Ended>((fulfil, reject) => {
    child.on('error', (cause) =>
      reject(new CommandError(`The process that serves cannot be started: ${cause.message}`, { cause })),
    );
    child.once('exit', (code, signal) => fulfil(whenRead(child).then(() => ({ code, signal }))));
  });
  // Once a daemon serves nobody waits for it.
  ended.catch(() => {});
  return ended;
}

/** What it has started may hold its outputs open for ever: this process must not wait for that, now or at its end. */
async function whenRead(child: ChildProcess): Promise<void> {
  const isRead = new AbortController();
  const closed = new Promise<void>((fulfil) => child.once('close', () => fulfil()));
  const disconnected = new Promise<void>((fulfil) => {
    if (child.connected) child.once('disconnect', () => fulfil());
    else fulfil();
  });
  const late = realWait(LAST_WORDS, isRead.signal).catch(() => {});
  await Promise.race([Promise.all([closed, disconnected]), late]);
  isRead.abort();
  await late;
  if (child.connected) child.disconnect();
  child.stdout?.destroy();
  child.stderr?.destroy();
}

/** No key of a terminal reaches the server, and Windows has no signals. Returns what ends it. */
function passOnStops(child: ChildProcess, stop: StopRequests): () => void {
  const signals = [stop.first, stop.second];
  const passOn = (event: Event) => {
    const { reason } = event.target as AbortSignal;
    const isKey = reason instanceof Interrupted && reason.signal === 'SIGINT';
    tell(child, { kind: 'stop', signal: isKey ? 'SIGINT' : 'SIGTERM' });
  };
  for (const signal of signals) signal.addEventListener('abort', passOn, { once: true });
  return () => {
    for (const signal of signals) signal.removeEventListener('abort', passOn);
  };
}
