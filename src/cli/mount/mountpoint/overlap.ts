/** Whether a mount would stand where its repository is. Pure. */

import { isAbsolute, relative, sep } from 'node:path';
import { CommandError } from '../../errors.ts';

/**
 * A mount over its own repository would read its data through itself, and nothing could answer any more. Both are absolute
 * and without links. Throws CommandError.
 */
export function refuseOverlap(mountpoint: string, repository: string): void {
  const problem =
    relative(mountpoint, repository) === ''
      ? 'is the repository itself'
      : isInside(mountpoint, repository)
        ? `is inside the repository "${repository}"`
        : isInside(repository, mountpoint)
          ? `holds the repository "${repository}"`
          : undefined;
  if (problem) throw new CommandError(`Mountpoint "${mountpoint}" ${problem}: choose another place`);
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
