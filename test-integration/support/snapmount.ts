/** Runs the real program, `bin/snapmount.cjs`, to its end. */

import { snapmountProgram } from './mount.ts';
import { CLEAN_ENVIRONMENT, PASSWORD } from './restic.ts';
import { type Outcome, type RunOptions, run } from './run.ts';

/** What a run needs to open the repositories of the tests, and nothing from outside. */
export const ENVIRONMENT = { ...CLEAN_ENVIRONMENT, RESTIC_PASSWORD: PASSWORD };

const LONGEST_SECONDS = '60';

/** Ends by SIGTERM, and so fails its test, if it takes a minute. */
export function snapmount(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const line = [LONGEST_SECONDS, process.execPath, snapmountProgram, ...args];
  return run('timeout', line, { ...options, env: { ...ENVIRONMENT, ...options.env } });
}
