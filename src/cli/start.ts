/**
 * From a process to a run of the program: by which name it was called, who started it, and how it ends. The start
 * script in bin/ does what must happen before this is loaded.
 */

import { basename } from 'node:path';
import { declarePoolThreads } from '../repo/backend/thread-pool.ts';
import { endAtOnce } from './end-at-once.ts';
import { ExitCode } from './exit-codes.ts';
import { main } from './main.ts';
import { adoptServer, type ServerProcess } from './mount/server-process/server.ts';
import type { SessionWatch } from './mount/windows/session-end.ts';

/** Sets the process's exit code. `threads` is the size of libuv's pool. Never rejects. */
export async function start(self: NodeJS.Process, threads: number): Promise<void> {
  declarePoolThreads(threads);
  const [, calledBy = '', ...args] = self.argv;
  const server = adoptServer(self);
  if (server === 'orphan') {
    self.stderr.write('snapmount: The process that started this one has gone\n');
    self.exitCode = ExitCode.Failed;
    return;
  }
  const session = server && self.platform === 'win32' ? watchSession(server) : undefined;
  const streams = server === undefined ? self : { env: self.env, stdin: self.stdin, ...server };
  const { code, outputCounts, isGivenUp } = await main(args, streams, {
    calledAs: basename(calledBy),
    ...(server === undefined ? {} : { launcher: server }),
  });
  await server?.end();
  // What goes wrong in that thread is nothing that went wrong with the mount.
  await (await session)?.close().catch(() => {});
  self.exitCode = code;
  if (isGivenUp) await endAtOnce(code);
  if (!outputCounts) self.exit(code);
}

/** Logging off Windows ends a mount in a hurry. Undefined where that cannot be heard of: no mount works there either. */
async function watchSession(server: ServerProcess): Promise<SessionWatch | undefined> {
  const { watchSessionEnd } = await import('./mount/windows/session-end.ts');
  return watchSessionEnd(() => server.hurry()).catch(() => undefined);
}
