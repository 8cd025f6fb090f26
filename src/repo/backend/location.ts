/** A repository's location as restic writes it: `SCHEME:REST`, or a path. Pure. */

import { BackendError } from './errors.ts';

/** restic's schemes besides `local`, which this program does not read yet. */
const OTHER_SCHEMES = ['sftp', 's3', 'b2', 'azure', 'gs', 'swift', 'rest', 'rclone'];

/** Returns the folder of a local repository. Throws BackendError `unsupported` for every other kind. */
export function parseLocalLocation(location: string): string {
  if (location.startsWith('local:')) return location.slice('local:'.length);
  const scheme = OTHER_SCHEMES.find((known) => location.startsWith(`${known}:`));
  if (scheme !== undefined) {
    throw new BackendError(
      'unsupported',
      `Cannot open ${withoutPassword(location)}: ${scheme} repositories are not supported yet, only local folders are`,
    );
  }
  return location;
}

/** Hides the password of `scheme:https://user:password@host/`. */
export function withoutPassword(location: string): string {
  return location.replace(/(:\/\/[^/@:]*):[^/@]*@/, '$1:***@');
}
