/**
 * One run of the program, from arguments to an exit code. What goes wrong anywhere ends here, as one line and
 * one code. The start script in bin/ does what must happen before this is loaded.
 */

import type { Readable } from 'node:stream';
import { type Command, CommanderError } from 'commander';
import type { CommandContext, CreateContext } from './context.ts';
import { CommandError } from './errors.ts';
import { ExitCode } from './exit-codes.ts';
import { toCommanderArguments } from './options/arguments.ts';
import { type OutputConfig, resolveConfig, resolveOutputConfig } from './options/config.ts';
import { readEnvironment } from './options/environment.ts';
import { flagsWithoutEffect, type GlobalFlags } from './options/global-options.ts';
import { Output } from './output/output.ts';
import { printError } from './output/print-error.ts';
import { TerminalReporter, type TerminalStream } from './output/terminal-reporter.ts';
import { buildProgram } from './program.ts';
import { SignalStopRequests } from './stop-requests.ts';

/** With this code there may be output that nobody takes: the process must not wait for it. */
export const INTERRUPTED = ExitCode.Interrupted;

/** The part of `process` that a run uses. */
export interface ProcessStreams {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Readable;
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
}

/** `args` are those after the program's name. Never rejects. */
export async function main(args: readonly string[], streams: ProcessStreams = process): Promise<ExitCode> {
  // A reader that goes away must not end the process by an unhandled event; writers of data see it as rejections.
  streams.stderr.on('error', () => {});
  const output = new Output(streams.stdout);
  const stop = new SignalStopRequests();
  let reporter: TerminalReporter | undefined;
  const createContext: CreateContext = (command, use) => {
    const context = makeContext(command, use, streams, output, stop);
    reporter = context.reporter;
    return context;
  };
  const program = buildProgram(createContext, {
    writeOut: (text) => streams.stdout.write(text),
    writeErr: (text) => streams.stderr.write(text),
  });
  try {
    await program.parseAsync(toCommanderArguments(args, program), { from: 'user' });
    return ExitCode.Ok;
  } catch (error) {
    reporter?.clearProgress();
    return explain(asInterruption(error, stop.first), streams, errorConfig(args, program));
  } finally {
    stop.dispose();
    if (stop.hungUp) dieByHangUp();
  }
}

/**
 * At its exit Node puts a terminal back as it was, and dumps its core when that fails: a terminal that has gone
 * lets nobody put it back. All is done by now, and this is how a program ends that was hung up on.
 */
function dieByHangUp(): void {
  process.kill(process.pid, 'SIGHUP');
}

function makeContext(
  command: Command,
  use: 'data' | 'notes',
  streams: ProcessStreams,
  output: Output,
  stop: SignalStopRequests,
): CommandContext {
  const flags = command.optsWithGlobals<GlobalFlags>();
  const environment = readEnvironment(streams.env);
  const outputConfig = resolveOutputConfig(flags);
  const notes = use === 'notes' ? streams.stdout : streams.stderr.isTTY ? streams.stderr : undefined;
  const reporter = new TerminalReporter({ errors: streams.stderr, notes }, outputConfig);
  for (const flag of flagsWithoutEffect(command.parent ?? command)) {
    reporter.detail(`Option ${flag} has no effect in snapmount`);
  }
  return {
    ...outputConfig,
    config: resolveConfig(flags, environment),
    environment,
    reporter,
    output,
    passwordStreams: { input: streams.stdin, prompt: streams.stderr },
    stop,
  };
}

/** Node's own functions reject with an AbortError of theirs, and the signal's reason inside. */
function asInterruption(error: unknown, stopped: AbortSignal): unknown {
  const isAbort = error instanceof Error && error.name === 'AbortError';
  return isAbort && stopped.aborted ? stopped.reason : error;
}

function explain(error: unknown, streams: ProcessStreams, config: OutputConfig): ExitCode {
  if (!(error instanceof CommanderError)) return printError(error, streams.stderr, config);
  const isHelp = error.code.startsWith('commander.help') || error.code === 'commander.version';
  if (isHelp) return error.exitCode === 0 ? ExitCode.Ok : ExitCode.Failed;
  return printError(new CommandError(usageMessage(error)), streams.stderr, config);
}

/** Commander's `error: unknown option '--foo'` and its suggestion, as one line in our style. */
function usageMessage(error: CommanderError): string {
  const text = error.message.replace(/^error: /, '').replace(/\n/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** As far as the command line was understood. */
function errorConfig(args: readonly string[], program: Command): OutputConfig {
  const flags = program.opts<GlobalFlags>();
  const isVeryVerbose = (flags.verbose ?? 0) >= 2;
  return { json: flags.json ?? args.includes('--json'), verbosity: isVeryVerbose ? 3 : 1 };
}
