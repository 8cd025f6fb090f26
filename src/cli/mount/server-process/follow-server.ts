/**
 * What a starter does while its server lives: shows what that one says, passes requests to end on, and runs the command of
 * the mount, until a daemon serves or the server has ended.
 */

import type { ChildProcess } from 'node:child_process';
import type { StopRequests } from '../../../stop-requests.ts';
import { realWait } from '../../../wait.ts';
import type { CommandContext } from '../../context.ts';
import { CommandError, Interrupted } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { type FromStarter, parseFromServer } from './messages.ts';

export interface Following {
  /** Whether this process stays until the mount has ended, or only until it serves. */
  readonly stays: boolean;
  /** Runs the command that the mount is made for; see `runCommand`. Only asked of one that stays. */
  readonly runCommand: (mountpoint: string, signal: AbortSignal) => Promise<number>;
}

/** Milliseconds in which what a process has said before its end arrives. */
const LAST_WORDS = 1000;

/**
 * Resolves with the exit code when there is nothing left for this process to do. Rejects with CommandError, or with
 * Interrupted where the server ended without a word after a request to stop.
 */
export async function followServer(
  child: ChildProcess,
  { stays, runCommand }: Following,
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
  readonly #run: Following['runCommand'];
  readonly #tell: (outcome: FromStarter) => void;
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;

  constructor(run: Following['runCommand'], tell: (outcome: FromStarter) => void) {
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
