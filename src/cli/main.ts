/**
 * One run of the program, from arguments to an exit code. What goes wrong anywhere ends here, as one line and
 * one code. Whose process it is, and who started it, is start.ts's business.
 */

import { type Command, CommanderError } from 'commander';
import type { CommandContext, CreateContext, Launcher, ProcessStreams } from './context.ts';
import { asInterruption, CommandError } from './errors.ts';
import { ExitCode } from './exit-codes.ts';
import { isMountHelper, mountHelperArguments } from './mount/mount-helper.ts';
import { knownFlags, toCommanderArguments } from './options/arguments.ts';
import { type Config, type OutputConfig, resolveConfig, resolveOutputConfig } from './options/config.ts';
import { type Environment, readEnvironment } from './options/environment.ts';
import { flagsWithoutEffect, type GlobalFlags } from './options/global-options.ts';
import type { CommandReporter } from './output/command-reporter.ts';
import { Output } from './output/output.ts';
import { printError } from './output/print-error.ts';
import { TerminalReporter } from './output/terminal-reporter.ts';
import { buildProgram } from './program.ts';
import { StopSignals } from './stop-signals.ts';

export interface Outcome {
  readonly code: number;
  /** False where there may be output that nobody takes: the process must end without waiting for that. */
  readonly outputCounts: boolean;
  /** Whether something may still be under way that did not end in time: after a second request, or a lost lock. */
  readonly isGivenUp: boolean;
}

/** How this run came to be. */
export interface Invocation {
  /** The program's name as it was called, without folders. */
  readonly calledAs?: string;
  /** Where this process was started to serve a mount: who started it. */
  readonly launcher?: Launcher;
}

/** What is the same for all contexts of a run. */
interface Run {
  readonly streams: ProcessStreams;
  readonly outputs: { readonly data: Output; readonly errors: Output };
  readonly stop: StopSignals;
  readonly launcher: Launcher | undefined;
}

/** `args` are those after the program's name. Never rejects. */
export async function main(
  args: readonly string[],
  streams: ProcessStreams = process,
  { calledAs = '', launcher }: Invocation = {},
): Promise<Outcome> {
  const outputs = { data: new Output(streams.stdout), errors: new Output(streams.stderr) };
  const stop = new StopSignals();
  try {
    const code = await runProgram(args, calledAs, { streams, outputs, stop, launcher });
    const isInterrupted = code === ExitCode.Interrupted;
    // Whoever interrupts does not wait for a reader that has stopped reading either.
    const isAbandoned = outputs.data.abandoned || outputs.errors.abandoned || isInterrupted;
    const isGivenUp = (isInterrupted && stop.second.aborted) || code === ExitCode.LockLost;
    return { code, outputCounts: !isAbandoned, isGivenUp };
  } finally {
    stop.dispose();
    if (stop.hungUp) dieByHangUp();
  }
}

async function runProgram(given: readonly string[], calledAs: string, run: Run): Promise<number> {
  const { streams, stop } = run;
  let args = given;
  let reporter: CommandReporter | undefined;
  let code: number = ExitCode.Ok;
  const exitWith = (wanted: number) => {
    code = wanted;
  };
  const createContext: CreateContext = (command, use) => {
    const context = makeContext(command, use, { ...run, args, exitWith });
    reporter = context.reporter;
    return context;
  };
  const program = buildProgram(createContext, {
    writeOut: (text) => streams.stdout.write(text),
    writeErr: (text) => streams.stderr.write(text),
  });
  try {
    if (isMountHelper(calledAs)) {
      const asked = mountHelperArguments(given, knownFlags(program));
      if (asked === 'nothing') return code;
      args = asked;
    }
    await program.parseAsync(toCommanderArguments(args, program), { from: 'user' });
    return code;
  } catch (error) {
    reporter?.clearProgress();
    return explain(asInterruption(error, stop.first), streams, errorConfig(args, program));
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
  { streams, outputs, stop, launcher, args, exitWith }: Run & Pick<CommandContext, 'args' | 'exitWith'>,
): CommandContext {
  const flags = command.optsWithGlobals<GlobalFlags>();
  const environment = readEnvironment(streams.env);
  const outputConfig = resolveOutputConfig(flags);
  const notes = use === 'notes' ? streams.stdout : streams.stderr.isTTY ? streams.stderr : undefined;
  const reporter = new TerminalReporter({ errors: streams.stderr, notes }, outputConfig);
  for (const flag of flagsWithoutEffect(programOf(command))) {
    reporter.detail(`Option ${flag} has no effect in snapmount`);
  }
  let config: Config | undefined;
  return {
    ...outputConfig,
    get config() {
      config ??= resolveHandedConfig(flags, environment, launcher);
      return config;
    },
    environment,
    streams,
    reporter,
    output: outputs.data,
    events: use === 'notes' ? outputs.data : outputs.errors,
    passwordStreams: { input: streams.stdin, prompt: streams.stderr },
    stop,
    launcher,
    args,
    exitWith,
  };
}

/** What reading a password takes, a terminal perhaps, only the process that people have started may have. */
function resolveHandedConfig(flags: GlobalFlags, environment: Environment, launcher?: Launcher): Config {
  const config = resolveConfig(flags, environment);
  return launcher?.hasPassword ? { ...config, password: { kind: 'handed' } } : config;
}

/** The one at the top, which has the options that all commands share. */
function programOf(command: Command): Command {
  return command.parent ? programOf(command.parent) : command;
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
