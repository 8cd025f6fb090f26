/**
 * How the process ends, in one table. Codes 0 to 130 mean what they mean in restic, so that scripts written for
 * it go on working.
 */

import { RepositoryError, type RepositoryErrorCode } from '../repo/errors.ts';
import { Interrupted, OutputClosed } from './errors.ts';

export const ExitCode = {
  /** Done; for a mount also: unmounted because a signal asked for it. */
  Ok: 0,
  /** Any failure without a code of its own, also a wrong command line. */
  Failed: 1,
  NoRepository: 10,
  Locked: 11,
  WrongPassword: 12,
  /** Ours alone: the lock was lost while the repository was in use. */
  LockLost: 13,
  /** Interrupted before a command was done: a mount before it served, or twice while its storage hung. */
  Interrupted: 130,
  /** The reader of our output went away before its end: what a shell shows for death by SIGPIPE. */
  OutputClosed: 141,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Lines for the end of every command's help. */
export const EXIT_CODES_HELP = `
Exit codes:
  0    done (mount: also when a signal ended it)
  1    any failure that is not listed here
  10   the repository does not exist
  11   the repository is locked
  12   no key of the repository opens with the password
  13   the lock was lost while the repository was in use
  130  interrupted before it was done (mount: before it served, or twice while its storage hung)
  141  the reader of the output went away`;

const REPOSITORY_CODES: Readonly<Partial<Record<RepositoryErrorCode, ExitCode>>> = {
  'no-repository': ExitCode.NoRepository,
  locked: ExitCode.Locked,
  'wrong-password': ExitCode.WrongPassword,
  lost: ExitCode.LockLost,
};

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Interrupted) return ExitCode.Interrupted;
  if (error instanceof OutputClosed) return ExitCode.OutputClosed;
  if (error instanceof RepositoryError) return REPOSITORY_CODES[error.code] ?? ExitCode.Failed;
  return ExitCode.Failed;
}
