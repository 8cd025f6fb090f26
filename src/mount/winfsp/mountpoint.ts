/** Where Windows can mount: a drive letter, the next free one, or a folder that does not exist yet. Pure. */

import { MountError } from '../errors.ts';

/** As WinFsp takes it. Throws MountError for what is none of the three. */
export function winfspMountpoint(given: string): string {
  if (given === '*' || given === '*:') return '*:';
  const letter = /^([A-Za-z]):[\\/]?$/.exec(given)?.[1];
  if (letter !== undefined) return `${letter.toUpperCase()}:`;
  const folder = given.replaceAll('/', '\\');
  if (/^[A-Za-z]:\\[^\\]/.test(folder)) return folder.replace(/\\+$/, '');
  throw new MountError(
    'failed',
    `Cannot mount at "${given}": use a drive letter such as X:, * for a free one, or the whole path of a folder that does not exist yet`,
  );
}
