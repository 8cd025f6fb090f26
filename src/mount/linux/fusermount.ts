/** Runs fusermount3, or fusermount where only that exists, and collects what it complains of. */

import { spawn } from 'node:child_process';
import { MountError } from '../errors.ts';

const HELPERS = ['fusermount3', 'fusermount'];

export interface Ended {
  readonly code: number | null;
  /** What it wrote to its standard error, on one line. */
  readonly complaint: string;
}

/** Tries each name that the program may have. `started` is called when it has inherited what it needs. */
export async function runHelper(
  args: readonly string[],
  socket?: number,
  started: () => void = () => {},
): Promise<Ended> {
  for (const helper of HELPERS) {
    try {
      return await run(helper, args, socket, started);
    } catch (problem) {
      if ((problem as NodeJS.ErrnoException).code !== 'ENOENT') throw startError(helper, problem);
    }
  }
  throw new MountError(
    'unavailable',
    'Cannot find fusermount3, which mounting without root needs: install it with "apt install fuse3"',
  );
}

function run(
  helper: string,
  args: readonly string[],
  socket: number | undefined,
  started: () => void,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(helper, args, {
      stdio: ['ignore', 'ignore', 'pipe', socket ?? 'ignore'],
      env: { PATH: `${process.env.PATH ?? ''}:/usr/bin:/bin`, LC_ALL: 'C', _FUSE_COMMFD: '3' },
    });
    let complaint = '';
    child.stderr?.on('data', (data: Buffer) => {
      complaint = (complaint + data.toString()).slice(0, 2000);
    });
    child.once('error', reject);
    child.once('spawn', started);
    child.once('close', (code) => resolve({ code, complaint: complaint.trim().replaceAll('\n', '; ') }));
  });
}

/** Some systems let only a group run it. */
function startError(helper: string, cause: unknown): MountError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code !== 'EACCES') return new MountError('failed', `Cannot start ${helper}: ${code}`, { cause });
  return new MountError('denied', `No permission to run ${helper}: its group must be yours`, { cause });
}
