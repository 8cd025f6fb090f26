/**
 * Looks at a mountpoint before anything slow is done: what would fail later, or hang, is refused now with what
 * to do about it. Touches nothing.
 */

import { constants } from 'node:fs';
import { access, readdir, realpath, stat, statfs } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { mountAt } from '../../mount/linux/mounting/mountinfo.ts';
import { commandToUnmount } from '../../mount/linux/mounting/mountpoint.ts';
import { parseLocalLocation } from '../../repo/backend/location.ts';
import { CommandError } from '../errors.ts';

/** `path` is absolute and without links; a note says what the mount will hide. */
export interface Mountpoint {
  readonly path: string;
  readonly note: string | undefined;
}

/** `location` is the repository's. Rejects with CommandError; with BackendError for a kind that cannot be read. */
export async function checkMountpoint(mountpoint: string, location: string): Promise<Mountpoint> {
  await refuseOwnMount(mountpoint);
  await requireFolder(mountpoint);
  await access(mountpoint, constants.W_OK | constants.X_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError(explainForbidden(mountpoint, cause.code), { cause });
  });
  const path = await realpath(mountpoint);
  refuseOverlap(path, await resolveLinks(parseLocalLocation(location)));
  const isEmpty = await hasNoEntries(path);
  return {
    path,
    note: isEmpty ? undefined : `Mountpoint "${mountpoint}" is not empty: its files are hidden while mounted`,
  };
}

/** What this program has mounted there answers as a folder does, and for a moment even after its end. */
async function refuseOwnMount(mountpoint: string): Promise<void> {
  // Where there is no such file, or no such folder, there is nothing to find.
  const mounted = await realpath(mountpoint)
    .then(mountAt)
    .catch(() => undefined);
  if (mounted?.type !== 'fuse.snapmount') return;
  // Unlike stat(2) it is never answered from what the kernel remembers.
  const isDead = await statfs(mountpoint).then(
    () => false,
    ({ code }: NodeJS.ErrnoException) => code === 'ENOTCONN',
  );
  throw new CommandError(
    isDead
      ? explainInaccessible(mountpoint, 'ENOTCONN')
      : `Mountpoint "${mountpoint}" holds a mount of snapmount already: unmount it first`,
  );
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
    return `${name} still holds a mount whose program has died: free it with \`${commandToUnmount(mountpoint)}\``;
  }
  return `${name} is inaccessible (${code})`;
}

function explainForbidden(mountpoint: string, code: string | undefined): string {
  const name = `Mountpoint "${mountpoint}"`;
  if (code === 'EROFS') {
    return `${name} cannot be written: something read-only, perhaps a mount, is there already: unmount it first`;
  }
  return `${name} is not writable and searchable for you`;
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
