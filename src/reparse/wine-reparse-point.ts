/** What a program in Wine sees of a link: the reparse point that stands behind its Unix target. Pure. */

import type { ReparsePoint } from './reparse-point.ts';
import { ReparseTag } from './reparse-tags.ts';
import { plainTarget, type WineLink } from './wine-link.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** In a prefix, what is below this folder is drive C, and what is below `dosdevices/x:` is drive X. */
const DRIVE_FOLDER = /^\/(?:drive_(c)|dosdevices\/([a-z]):)(?=$|\/)/i;
/** The drive that Wine gives to the root of the Unix file system. */
const ROOT_DRIVE = 'Z';

/**
 * Undefined where no Windows path says the same: tags other than those of junctions and symbolic links, paths that
 * are not UTF-8, and names with a backslash.
 */
export function wineReparsePoint(link: WineLink): ReparsePoint | undefined {
  const path = windowsPath(link);
  if (path === undefined) return undefined;
  const names = link.relative
    ? { substituteName: path, printName: path }
    : { substituteName: `\\??\\${path}`, printName: path };
  if (link.tag === ReparseTag.MountPoint) return { kind: 'mount-point', ...names };
  if (link.tag !== ReparseTag.Symlink) return undefined;
  return { kind: 'symlink', ...names, relative: link.relative, reservedFlags: 0 };
}

function windowsPath(link: WineLink): string | undefined {
  const below = decode(link.path);
  const whole = decode(plainTarget(link));
  if (below === undefined || whole === undefined || whole.includes('\\')) return undefined;
  if (link.relative) return below.replaceAll('/', '\\');
  const drive = link.prefix && DRIVE_FOLDER.exec(below);
  const [letter, path] = drive
    ? [(drive[1] ?? drive[2] ?? '').toUpperCase(), below.slice(drive[0].length)]
    : [ROOT_DRIVE, whole];
  return `${letter}:${path === '' ? '\\' : path.replaceAll('/', '\\')}`;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}
