/** The last thing that a failed command says: one line, or with --json the object that restic prints. */

import type { Writable } from 'node:stream';
import { FsError, MountError } from '../../mount/errors.ts';
import { BackendError } from '../../repo/backend/errors.ts';
import { RepositoryError } from '../../repo/errors.ts';
import { CommandError, Interrupted } from '../errors.ts';
import { ExitCode, exitCodeOf } from '../exit-codes.ts';
import type { OutputConfig } from '../options/config.ts';
import { escapeText } from './escape.ts';
import { jsonLine } from './json-output.ts';

/** Returns the exit code that goes with it. Whoever closed our output is not told anything. */
export function printError(error: unknown, stream: Writable, config: OutputConfig): ExitCode {
  const code = exitCodeOf(error);
  if (code === ExitCode.OutputClosed) return code;
  const message = errorLine(error);
  if (config.json) {
    stream.write(jsonLine({ message_type: 'exit_error', code, message }));
    return code;
  }
  stream.write(`snapmount: ${escapeText(message)}\n`);
  if (config.verbosity >= 3) stream.write(explainCauses(error));
  return code;
}

/** Not escaped. */
export function errorLine(error: unknown): string {
  if (isExpected(error)) return error.message;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `Unexpected error, please report it with the output of -vv: ${text}`;
}

/** Errors whose messages were written for the person who reads them. */
function isExpected(error: unknown): error is Error {
  return [CommandError, Interrupted, BackendError, RepositoryError, MountError, FsError].some(
    (type) => error instanceof type,
  );
}

/** Every error underneath with its stack, a line each so that escaping keeps the lines apart. */
function explainCauses(error: unknown): string {
  let text = '';
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const lines = (cause.stack ?? cause.message).split('\n');
    text += lines.map((line) => `  ${escapeText(line)}\n`).join('');
  }
  return text;
}
