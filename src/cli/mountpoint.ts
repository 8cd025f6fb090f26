/**
 * Looks at a mountpoint before anything slow is done: what would fail later, or hang, is refused now with what
 * to do about it. Touches nothing.
 */

import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { parseLocalLocation } from '../repo/backend/location.ts';
import { CommandError } from './errors.ts';

/** `path` is absolute and without links; a note says what the mount will hide. */
export interface Mountpoint {
  readonly path: string;
  readonly note: string | undefined;
}

/** `location` is the repository's. Rejects with CommandError; with BackendError for a kind that cannot be read. */
export async function checkMountpoint(mountpoint: string, location: string): Promise<Mountpoint> {
  await requireFolder(mountpoint);
  await access(mountpoint, constants.W_OK | constants.X_OK).catch((cause: Error) => {
    throw new CommandError(`Mountpoint "${mountpoint}" is not writable and searchable for you`, { cause });
  });
  const path = await realpath(mountpoint);
  refuseOverlap(path, await resolveLinks(parseLocalLocation(location)));
  const isEmpty = await hasNoEntries(path);
  return {
    path,
    note: isEmpty ? undefined : `Mountpoint "${mountpoint}" is not empty: its files are hidden while mounted`,
  };
}

async function requireFolder(mountpoint: string): Promise<void> {
  const found = await stat(mountpoint).catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError(explainInaccessible(mountpoint, cause.code ?? cause.message), { cause });
  });
  if (!found.isDirectory()) throw new CommandError(`Mountpoint "${mountpoint}" is not a folder`);
}

function explainInaccessible(mountpoint: string, code: string): string {
  const name = `Mountpoint "${mountpoint}"`;
  if (code === 'ENOENT') return `${name} does not exist: create it with \`mkdir\``;
  if (code === 'ENOTCONN') {
    return `${name} still holds a mount whose program has died: free it with \`fusermount3 -u -z ${mountpoint}\``;
  }
  return `${name} is inaccessible (${code})`;
}

/** A mount over its own repository would read its data through itself, and nothing could answer any more. */
function refuseOverlap(mountpoint: string, repository: string): void {
  const problem =
    mountpoint === repository
      ? 'is the repository itself'
      : isInside(mountpoint, repository)
        ? `is inside the repository "${repository}"`
        : isInside(repository, mountpoint)
          ? `holds the repository "${repository}"`
          : undefined;
  if (problem) throw new CommandError(`Mountpoint "${mountpoint}" ${problem}: choose a folder elsewhere`);
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** As far as the path exists; the rest of the program says what is wrong where it does not. */
function resolveLinks(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

async function hasNoEntries(folder: string): Promise<boolean> {
  // A folder that may be entered but not listed: what it hides cannot be said.
  const names = await readdir(folder).catch(() => []);
  return names.length === 0;
}
