/**
 * Looks at a mountpoint before anything slow is done, an existing folder: what would fail later, or hang, is refused now
 * with what to do about it. Changes nothing but that it takes dead mounts away.
 */

import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MountError } from '../../../mount/errors.ts';
import { describeRemoved, removeDeadMounts } from '../../../mount/linux-mounts/dead-mounts.ts';
import { commandToUnmount, resolvePlace } from '../../../mount/linux-mounts/mountpoint.ts';
import { parseLocalLocation } from '../../../repo/backend/location.ts';
import type { Reporter } from '../../../report.ts';
import { CommandError } from '../../errors.ts';
import type { Mountpoint } from './mountpoint.ts';
import { refuseOverlap } from './overlap.ts';

/**
 * `location` is the repository's. Rejects with CommandError, with BackendError for a kind that cannot be read, or
 * with the signal's reason.
 */
export async function checkPosixMountpoint(
  mountpoint: string,
  location: string,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<Mountpoint> {
  const path = await resolvePlace(mountpoint).catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError(explainInaccessible(mountpoint, cause.code ?? cause.message), { cause });
  });
  await makeRoom(path, mountpoint, reporter, signal);
  await requireFolder(mountpoint);
  await access(mountpoint, constants.W_OK | constants.X_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError(explainForbidden(mountpoint, cause.code), { cause });
  });
  refuseOverlap(path, await resolveLinks(parseLocalLocation(location)));
  const isEmpty = await hasNoEntries(path);
  return {
    path,
    note: isEmpty ? undefined : `Mountpoint "${mountpoint}" is not empty: its files are hidden while mounted`,
  };
}

/** Takes dead mounts away; refuses what answers by our name, or not at all and would hold up all that follows. */
async function makeRoom(
  path: string,
  mountpoint: string,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<void> {
  // Elsewhere there is no list of mounts to look into.
  if (process.platform !== 'linux') return;
  const seen = await removeDeadMounts(
    path,
    (mount) => reporter.note(describeRemoved(mount, mountpoint)),
    signal,
  ).catch((cause: unknown) => {
    if (!(cause instanceof MountError)) throw cause;
    throw new CommandError(explainStuck(mountpoint, cause), { cause });
  });
  const name = `Mountpoint "${mountpoint}"`;
  if (seen?.answer?.state === 'silent') {
    const command = commandToUnmount(mountpoint);
    throw new CommandError(
      `${name} holds a mount (${seen.type}) that does not answer: free it with \`${command}\``,
    );
  }
  if (seen?.type === 'fuse.snapmount') {
    throw new CommandError(`${name} holds a mount of snapmount already: unmount it first`);
  }
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
  return `${name} is inaccessible (${code})`;
}

/** A dead mount that did not go. */
function explainStuck(mountpoint: string, { code }: MountError): string {
  const name = `Mountpoint "${mountpoint}" still holds a mount whose program has died`;
  return code === 'denied'
    ? `${name}, another user's: as root free it with \`${commandToUnmount(mountpoint, true)}\``
    : `${name}: free it with \`${commandToUnmount(mountpoint)}\``;
}

function explainForbidden(mountpoint: string, code: string | undefined): string {
  const name = `Mountpoint "${mountpoint}"`;
  if (code === 'EROFS') {
    return `${name} cannot be written: something read-only, perhaps a mount, is there already: unmount it first`;
  }
  return `${name} is not writable and searchable for you`;
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
