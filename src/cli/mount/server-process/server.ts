/**
 * A process that serves a mount and was started for that by another one, which people have started: what it says goes
 * there, and who asks that one to end asks this one. A daemon's starter goes once the mount serves; from then on it
 * belongs to nobody, and only a log file hears it. Knows nothing of mounts.
 */

import { Writable } from 'node:stream';
import { windowsFolder } from '../../../windows/system-programs.ts';
import type { Launcher } from '../../context.ts';
import { CommandError } from '../../errors.ts';
import type { TerminalStream } from '../../output/terminal-reporter.ts';
import {
  type FromServer,
  type FromStarter,
  type OutputName,
  parseFromStarter,
  parseLaunch,
  SERVER_VARIABLE,
  type StopSignal,
} from './messages.ts';

export interface ServerProcess extends Launcher {
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  /** As if somebody had asked for the end twice: nothing is waited for that may be given up without a loss. */
  hurry(): void;
  /** To be awaited before the process ends: what it said has gone, and nothing keeps it any longer. */
  end(): Promise<void>;
}

/**
 * Undefined in a process that nobody started to serve, `orphan` in one whose starter has gone already: nobody wants it
 * any more. Takes the mark out of the environment.
 */
export function adoptServer(self: NodeJS.Process): ServerProcess | 'orphan' | undefined {
  const launch = parseLaunch(self.env[SERVER_VARIABLE] ?? '');
  delete self.env[SERVER_VARIABLE];
  if (launch === undefined) return undefined;
  if (!self.connected) return 'orphan';
  let lastSent = Promise.resolve();
  const send = (message: FromServer): void => {
    if (!self.connected) return;
    lastSent = new Promise((fulfil) => {
      // Whoever does not hear it any more ends us by its going.
      self.send?.(message, undefined, undefined, () => fulfil());
    });
  };
  const command = new AwaitedCommand(send);
  let stops = 0;
  const stop = (signal: StopSignal) => {
    // A third request would end it without its lock being removed: at logging off they come from two sides.
    if (stops === MOST_STOPS) return;
    stops += 1;
    // As the signal would come itself: where nobody listens for it any more it ends the process.
    if (!self.emit(signal, signal)) self.exit(EXIT_CODE_OF[signal]);
  };
  const onMessage = (message: unknown) => {
    const said = parseFromStarter(message);
    if (said?.kind === 'released') leave();
    else if (said?.kind === 'stop') stop(said.signal);
    else if (said !== undefined) command.ended(said);
  };
  const onOrphaned = () => {
    command.ended({ kind: 'not-run', problem: 'the process that ran it has gone' });
    // Who has asked already and goes has not asked twice: Windows ends it 5 seconds after its console was closed.
    if (stops === 0) stop('SIGTERM');
  };
  const hurry = () => {
    while (stops < MOST_STOPS) stop('SIGTERM');
  };
  const disconnect = () => {
    self.off('disconnect', onOrphaned);
    if (self.connected) self.disconnect();
  };
  /** The caller's folder must not stay in use because a daemon was started there. */
  const leave = () => {
    disconnect();
    self.chdir(folderOfTheSystem(self));
  };
  self.once('disconnect', onOrphaned);
  self.on('message', onMessage);
  const output = (stream: OutputName) => forwarder(stream, launch.terminals[stream], send);
  return {
    stays: launch.stays,
    hasPassword: launch.hasPassword,
    stdout: output('stdout'),
    stderr: output('stderr'),
    hurry,
    ready: () => send({ kind: 'ready' }),
    runCommand: (mountpoint, signal) => command.run(mountpoint, signal),
    end: async () => {
      send({ kind: 'done' });
      await lastSent;
      self.off('message', onMessage);
      disconnect();
    },
  };
}

/** The second does not wait; there is nothing more to ask for. */
const MOST_STOPS = 2;

/** On Windows `/` is on the drive of the working folder, which could not be taken out. */
function folderOfTheSystem({ platform, env }: NodeJS.Process): string {
  return platform === 'win32' ? windowsFolder(env) : '/';
}

/** What a shell shows for a process that a signal has ended. */
const EXIT_CODE_OF: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** The command that the starter runs: at most one. */
class AwaitedCommand {
  readonly #send: (message: FromServer) => void;
  #settle: ((outcome: FromStarter) => void) | undefined;
  /** Known before it is run where the starter goes before that. */
  readonly #outcome = new Promise<FromStarter>((fulfil) => {
    this.#settle = fulfil;
  });

  constructor(send: (message: FromServer) => void) {
    this.#send = send;
  }

  /** Resolves with its exit code when it has ended, whatever the signal says: that only asks it to. */
  async run(mountpoint: string, signal: AbortSignal): Promise<number> {
    const onEnding = () => this.#send({ kind: 'end-command' });
    signal.addEventListener('abort', onEnding, { once: true });
    this.#send({ kind: 'run', mountpoint });
    const ended = await this.#outcome;
    signal.removeEventListener('abort', onEnding);
    if (ended.kind === 'ran') return ended.code;
    throw new CommandError(ended.kind === 'not-run' ? ended.problem : 'Command cannot be run');
  }

  ended(outcome: FromStarter): void {
    this.#settle?.(outcome);
  }
}

/** In the order in which it is told; what waits for the starter to read it is kept by Node. */
function forwarder(
  stream: OutputName,
  columns: number | undefined,
  send: (message: FromServer) => void,
): TerminalStream {
  const output = new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      send({ kind: 'text', stream, text });
      done();
    },
  });
  return columns === undefined ? output : Object.assign(output, { isTTY: true, columns });
}
