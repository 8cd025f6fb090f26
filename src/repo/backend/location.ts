/** A repository's location as restic writes it: `SCHEME:REST`, or a path. Pure. */

import { BackendError } from './errors.ts';

/** restic's schemes besides `local`, which this program does not read yet. */
const OTHER_SCHEMES = ['sftp', 's3', 'b2', 'azure', 'gs', 'swift', 'rest', 'rclone'];

/** `scheme://...` or `scheme:scheme:/...`; drive letters are no schemes. */
const LIKE_A_URL = /^([a-z][a-z0-9+.-]+):(?:[a-z][a-z0-9+.-]+:\/|\/\/)/i;

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
  refuseUnknownScheme(location);
  return location;
}

/** A mistyped scheme must not be taken for a folder, whose name messages show. */
function refuseUnknownScheme(location: string): void {
  const scheme = LIKE_A_URL.exec(location)?.[1];
  if (scheme === undefined) return;
  throw new BackendError(
    'unsupported',
    `Cannot open ${withoutPassword(location)}: "${scheme}" is no kind of repository (for a folder of that name, write local: before it)`,
  );
}

/**
 * Hides the password of `scheme:https://user:password@host/`: everything between the first `:` behind the slashes
 * and the last `@`, as either part may hold these characters unescaped. Hides too much rather than too little.
 */
export function withoutPassword(location: string): string {
  return location.replace(/(:\/\/?[^:]*):.*@/s, '$1:***@');
}
