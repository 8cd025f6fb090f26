/** What every command is run with. Types only. */

import type { Command } from 'commander';
import type { StopRequests } from '../mount/session.ts';
import type { Config, OutputConfig } from './options/config.ts';
import type { Environment } from './options/environment.ts';
import type { Output } from './output/output.ts';
import type { TerminalReporter } from './output/terminal-reporter.ts';
import type { PasswordStreams } from './password/password.ts';

export interface CommandContext extends OutputConfig {
  readonly config: Config;
  readonly environment: Environment;
  readonly reporter: TerminalReporter;
  readonly output: Output;
  readonly passwordStreams: PasswordStreams;
  readonly stop: StopRequests;
}

/**
 * Made when the command line has been understood. `output` says what standard output is for: with `data` no note
 * is written to it. Throws CommandError.
 */
export type CreateContext = (command: Command, output: 'data' | 'notes') => CommandContext;
