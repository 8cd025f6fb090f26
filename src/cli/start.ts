/**
 * From a process to a run of the program: by which name it was called, who started it, and how it ends. The start
 * script in bin/ does what must happen before this is loaded.
 */

import { basename } from 'node:path';
import { declarePoolThreads } from '../repo/backend/thread-pool.ts';
import { endAtOnce } from './end-at-once.ts';
import { ExitCode } from './exit-codes.ts';
import { main } from './main.ts';
import { adoptDaemon } from './mount/daemon/child.ts';

/** Sets the process's exit code. `threads` is the size of libuv's pool. Never rejects. */
export async function start(self: NodeJS.Process, threads: number): Promise<void> {
  declarePoolThreads(threads);
  const [, calledBy = '', ...args] = self.argv;
  const daemon = adoptDaemon(self);
  if (daemon === 'orphan') {
    self.stderr.write('snapmount: The process that started this daemon has gone\n');
    self.exitCode = ExitCode.Failed;
    return;
  }
  const streams = daemon === undefined ? self : { env: self.env, stdin: self.stdin, ...daemon };
  const { code, outputCounts, isGivenUp } = await main(args, streams, {
    calledAs: basename(calledBy),
    ...(daemon === undefined ? {} : { launcher: daemon }),
  });
  await daemon?.end();
  self.exitCode = code;
  if (isGivenUp) await endAtOnce(code);
  if (!outputCounts) self.exit(code);
}
