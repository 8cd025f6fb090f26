/** Asks the process that serves a mount to end it, and waits until that process has ended. */

import { connect, type Socket } from 'node:net';
import { MountError } from '../errors.ts';
import { parseUnmountAnswer, type UnmountRequest } from './mount-pipe.ts';
import { pipeLines } from './pipe-lines.ts';

export interface Asked {
  /** Of the process that serves. */
  readonly pid: number;
  /** Resolves when that process has ended. Rejects with MountError, `busy` where files are open, or the signal's reason. */
  readonly ended: Promise<void>;
}

/** Resolves with undefined where no mount of ours is. Rejects with MountError or the signal's reason. */
export async function askToUnmount(
  pipe: string,
  request: UnmountRequest,
  signal: AbortSignal,
): Promise<Asked | undefined> {
  signal.throwIfAborted();
  const socket = await connected(pipe);
  if (socket === undefined) return undefined;
  const onAbort = () => void socket.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  const next = pipeLines(socket);
  const hello = parseUnmountAnswer((await next()) ?? '');
  signal.throwIfAborted();
  if (hello === undefined || !('pid' in hello)) {
    socket.destroy();
    throw stranger();
  }
  socket.write(`${JSON.stringify(request)}\n`);
  const ended = next()
    .then((line) => {
      signal.throwIfAborted();
      if (line === undefined) return;
      const answer = parseUnmountAnswer(line);
      throw answer !== undefined && 'refused' in answer
        ? new MountError(answer.refused, answer.message)
        : stranger();
    })
    .finally(() => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
    });
  return { pid: hello.pid, ended };
}

function stranger(): MountError {
  return new MountError('failed', 'What answers there is not snapmount');
}

/** Undefined where nobody listens. */
function connected(pipe: string): Promise<Socket | undefined> {
  return new Promise((fulfil, reject) => {
    const socket = connect(pipe);
    socket.once('connect', () => {
      socket.off('error', onError);
      fulfil(socket);
    });
    const onError = (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'ECONNREFUSED') return fulfil(undefined);
      const isForbidden = cause.code === 'EACCES' || cause.code === 'EPERM';
      const [code, problem] = isForbidden
        ? (['denied', 'its process has other rights: try as administrator'] as const)
        : (['failed', `its process cannot be asked (${cause.code})`] as const);
      reject(new MountError(code, problem, { cause }));
    };
    socket.once('error', onError);
  });
}
