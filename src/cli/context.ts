/** What every command is run with. Types only. */

import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import type { StopRequests } from '../stop-requests.ts';
import type { Config, OutputConfig } from './options/config.ts';
import type { Environment } from './options/environment.ts';
import type { CommandReporter } from './output/command-reporter.ts';
import type { Output } from './output/output.ts';
import type { TerminalStream } from './output/terminal-reporter.ts';
import type { PasswordStreams } from './password/password.ts';

/** The part of `process` that a run uses. */
export interface ProcessStreams {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Readable;
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
}

export interface CommandContext extends OutputConfig {
  /** Which repository, and how to open it. Resolved when it is asked for first, and then throws CommandError. */
  readonly config: Config;
  readonly environment: Environment;
  /** For those that start other processes. */
  readonly streams: ProcessStreams;
  readonly reporter: CommandReporter;
  readonly output: Output;
  /** Where --json tells what happens: standard output, or standard error where that belongs to data. */
  readonly events: Output;
  readonly passwordStreams: PasswordStreams;
  readonly stop: StopRequests;
  /** Of this run, after the program's name. */
  readonly args: readonly string[];
  /** The process that started this one to serve a mount, where one did. */
  readonly launcher: Launcher | undefined;
  /** What the process ends with unless something fails. */
  exitWith(code: number): void;
}

/** How a process that serves a mount speaks to the one that started it for that. */
export interface Launcher {
  /** Whether it stays until the mount has ended. Else nobody waits for this process, or hears it, once it serves. */
  readonly stays: boolean;
  /** Whether it has put the password on standard input: it was there to ask a person. */
  readonly hasPassword: boolean;
  /** The mount serves. */
  ready(): void;
  /**
   * Runs the command that the mount is made for, if it stays. Resolves with its exit code when it has ended, which it
   * is asked to when `signal` aborts. Rejects with CommandError.
   */
  runCommand(mountpoint: string, signal: AbortSignal): Promise<number>;
}

/**
 * Made when the command line has been understood. `output` says what standard output is for: with `data` no note
 * is written to it. Throws CommandError.
 */
export type CreateContext = (command: Command, output: 'data' | 'notes') => CommandContext;
