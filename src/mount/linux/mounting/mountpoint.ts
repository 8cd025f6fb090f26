/** The folder that is to be mounted on: found without symbolic links, or a clear reason why not. */

import { realpath, stat } from 'node:fs/promises';
import { MountError } from '../../errors.ts';

/** Resolves to the path as /proc/self/mountinfo will show it. Rejects with MountError. */
export async function resolveMountpoint(path: string): Promise<string> {
  try {
    const resolved = await realpath(path);
    if (!(await stat(resolved)).isDirectory()) {
      throw new MountError('failed', `The mountpoint "${path}" is not a folder`);
    }
    return resolved;
  } catch (problem) {
    throw problem instanceof MountError ? problem : mountpointError(path, problem);
  }
}

/** What to type in a shell to get rid of a mount, also of one whose program has died. */
export function commandToUnmount(path: string): string {
  const quoted = `'${path.replaceAll("'", "'\\''")}'`;
  return process.geteuid?.() === 0 ? `umount -l ${quoted}` : `fusermount3 -u -z ${quoted}`;
}

function mountpointError(path: string, cause: unknown): MountError {
  const code = (cause as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
      return new MountError('failed', `The mountpoint "${path}" does not exist: make it with "mkdir"`, {
        cause,
      });
    case 'ENOTDIR':
      return new MountError('failed', `The mountpoint "${path}" is not a folder`, { cause });
    case 'EACCES':
      return new MountError('denied', `No permission to reach the mountpoint "${path}"`, { cause });
    case 'ENOTCONN':
      return new MountError(
        'failed',
        `A mount whose program has died is left at "${path}": remove it with \`${commandToUnmount(path)}\``,
        { cause },
      );
    default:
      return new MountError('failed', `Cannot use the mountpoint "${path}": ${code}`, { cause });
  }
}
