/** The folder that is to be mounted on: found without symbolic links, or a clear reason why not. */

import { readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { MountError } from '../errors.ts';
import { isRoot } from './unmount.ts';

/** As many as the kernel follows. */
const MOST_LINKS = 40;

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

/**
 * The path without symbolic links, like realpath(3), but nothing is asked of a mount that stands there: its server
 * may be dead or hang. Rejects with the system's error.
 */
export async function resolvePlace(path: string): Promise<string> {
  let place = resolve(path);
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const parent = await realpath(dirname(place));
    const target = await readLink(join(parent, basename(place)));
    if (target === undefined) return join(parent, basename(place));
    place = resolve(parent, target);
  }
  throw Object.assign(new Error(`Too many links: "${path}"`), { code: 'ELOOP' });
}

/** Where a link leads; undefined for what is no link. */
async function readLink(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === 'EINVAL') return undefined;
    throw problem;
  }
}

/** What to type in a shell to get rid of a mount, also of one whose program has died. */
export function commandToUnmount(path: string, asRoot = isRoot()): string {
  const quoted = `'${path.replaceAll("'", "'\\''")}'`;
  return asRoot ? `umount -l ${quoted}` : `fusermount3 -u -z ${quoted}`;
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
