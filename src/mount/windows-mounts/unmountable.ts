/**
 * Lets another process end a mount. On Linux the kernel does that, Windows knows no such thing: so the process that
 * serves listens on a named pipe whose name follows from the place of the mount.
 */

import { createServer, type Socket } from 'node:net';
import type { Reporter } from '../../report.ts';
import type { MountDriver, Mounted } from '../driver.ts';
import { MountError } from '../errors.ts';
import { describeUsers } from '../in-the-way.ts';
import { parseUnmountRequest, type UnmountAnswer } from './mount-pipe.ts';
import { pipeLines } from './pipe-lines.ts';

/** The same driver; `pipeOf` names the pipe of a place. A pipe that cannot be made is told: Ctrl-C still ends the mount. */
export function unmountableByOthers(
  driver: MountDriver,
  pipeOf: (mountpoint: string) => string,
  reporter: Reporter,
): MountDriver {
  return {
    mount: async (view, options, signal) => {
      const mounted = await driver.mount(view, options, signal);
      await listen(() => pipeOf(mounted.mountpoint), mounted).catch((cause: NodeJS.ErrnoException) =>
        reporter.warn(
          `\`snapmount umount\` cannot end this mount: its pipe cannot be made (${cause.code ?? cause.message})`,
        ),
      );
      return mounted;
    },
  };
}

/** Until the mount has ended. Nothing of it keeps the process alive; whoever has asked sees its end by that of the pipe. */
async function listen(pipe: () => string, mounted: Mounted): Promise<void> {
  const server = createServer((socket) => void converse(socket, mounted));
  await new Promise<void>((fulfil, reject) => {
    server.once('error', reject);
    server.listen(pipe(), fulfil);
  });
  // A pipe that breaks is no concern of the mount's.
  server.on('error', () => {});
  server.unref();
  const close = () => void server.close();
  mounted.closed.then(close, close);
}

async function converse(socket: Socket, mounted: Mounted): Promise<void> {
  socket.unref();
  const next = pipeLines(socket);
  const say = (answer: UnmountAnswer) => socket.write(`${JSON.stringify(answer)}\n`);
  say({ pid: process.pid });
  const request = parseUnmountRequest((await next()) ?? '');
  if (request === undefined) return void socket.destroy();
  try {
    await mounted.unmount({ detach: request.unmount === 'lazy' });
    // The end of the connection says that all is done: it lasts as long as this process.
  } catch (error) {
    say(await refusalOf(error, mounted));
  }
}

async function refusalOf(error: unknown, mounted: Mounted): Promise<UnmountAnswer> {
  const isBusy = error instanceof MountError && error.code === 'busy';
  if (!isBusy) return { refused: 'failed', message: (error as Error).message };
  return { refused: 'busy', message: describeUsers(await mounted.users()) };
}
