/**
 * Looks at a mountpoint on Windows before anything slow is done: a drive letter that is free, or a folder that mounting
 * makes. What would fail later is refused now with what to do about it.
 */

import { lstat, realpath, stat } from 'node:fs/promises';
import { win32 } from 'node:path';
import { winfspMountpoint } from '../../../mount/winfsp/mountpoint.ts';
import { parseLocalLocation } from '../../../repo/backend/location.ts';
import { CommandError } from '../../errors.ts';
import type { Mountpoint } from './mountpoint.ts';
import { refuseOverlap } from './overlap.ts';

const { dirname, resolve } = win32;

/**
 * `location` is the repository's. Rejects with CommandError, with BackendError for a kind that cannot be read, or with
 * MountError for what is no place for a mount. Links in the path stay: behind them may be a drive of the network.
 */
export async function checkWindowsMountpoint(mountpoint: string, location: string): Promise<Mountpoint> {
  const path = windowsPlace(mountpoint, process.cwd());
  const repository = resolve(parseLocalLocation(location));
  if (path === '*:') return { path, note: undefined };
  const isDrive = path.endsWith(':');
  const root = isDrive ? `${path}\\` : path;
  refuseOverlap(root, repository);
  refuseOverlap(await withoutLinks(root), await withoutLinks(repository));
  if (isDrive) await requireFreeLetter(path, root);
  else await requireNewFolder(path);
  return { path, note: undefined };
}

/** As the driver takes it: `*:`, `X:`, or the whole path of a folder. Throws CommandError or MountError. Pure. */
export function windowsPlace(given: string, workingFolder: string): string {
  if (/^(?:\*:?|[a-z]:[\\/]?)$/i.test(given)) return winfspMountpoint(given);
  if (/^[a-z]$/i.test(given)) {
    throw new CommandError(`Mountpoint "${given}" may mean two things: give "${given}:" or ".\\${given}"`);
  }
  const place = winfspMountpoint(resolve(workingFolder, given));
  // As what is left of "C:\mnt\" in quotes, whose last one a backslash makes part of the path.
  const strange = /[<>"|?*:]/.exec(place.slice('C:'.length));
  if (strange === null) return place;
  throw new CommandError(`Mountpoint ${place} holds a ${strange[0]}, which Windows takes in no name`);
}

/** A drive without a disk in it, or of the network, has its letter whatever else is wrong with it. */
async function requireFreeLetter(path: string, root: string): Promise<void> {
  const code = await stat(root).then(
    () => undefined,
    (problem: NodeJS.ErrnoException) => problem.code,
  );
  if (code === 'ENOENT') return;
  throw new CommandError(
    `Mountpoint "${path}" is in use: unmount what is there, or choose another letter (* takes one that is free)`,
  );
}

async function requireNewFolder(path: string): Promise<void> {
  const parent = dirname(path);
  const found = await stat(parent).catch((cause: NodeJS.ErrnoException) => {
    const problem =
      cause.code === 'ENOENT' ? 'does not exist: create it first' : `is inaccessible (${cause.code})`;
    throw new CommandError(`Folder "${parent}", in which to mount, ${problem}`, { cause });
  });
  if (!found.isDirectory()) throw new CommandError(`"${parent}", in which to mount, is not a folder`);
  const code = await lstat(path).then(
    () => 'EEXIST',
    (problem: NodeJS.ErrnoException) => problem.code,
  );
  if (code === 'ENOENT') return;
  if (code !== 'EEXIST') throw new CommandError(`Mountpoint "${path}" is inaccessible (${code})`);
  throw new CommandError(
    `Mountpoint "${path}" is there already: on Windows mounting makes the folder, so give one that does not exist`,
  );
}

/** As far as the path exists; what is to be made lies in what exists. */
async function withoutLinks(path: string): Promise<string> {
  const parent = dirname(path);
  return realpath(path).catch(async () =>
    parent === path ? path : resolve(await withoutLinks(parent), win32.basename(path)),
  );
}
