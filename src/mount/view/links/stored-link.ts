/**
 * What a backup says of a link: whose link it is and where it leads, from whatever it holds of it. A reparse point beats
 * everything else; without one the target is all there is. Pure.
 */

import { type NtPath, parseNtPath, parseSubstituteName } from '../../../reparse/nt-path.ts';
import { decodeReparseBuffer } from '../../../reparse/reparse-buffer.ts';
import { ReparseError } from '../../../reparse/reparse-error.ts';
import type { ReparsePoint } from '../../../reparse/reparse-point.ts';
import { formatReparseTag, reparseTagName } from '../../../reparse/reparse-tags.ts';
import { decodeWineLink, type WineLink } from '../../../reparse/wine-link.ts';
import type { TreeTable } from '../../../repo/tree-table.ts';

/** In a Windows path each byte of a name is one character, as in latin1: whatever was stored survives. */
export type StoredLink =
  | { readonly origin: 'posix'; readonly target: Uint8Array }
  | { readonly origin: 'windows'; readonly path: NtPath }
  | { readonly origin: 'wine'; readonly link: WineLink }
  /** A reparse point that is no link, or one that nothing is known of. */
  | { readonly origin: 'none'; readonly description: string };

/** Of an entry that is shown as a symlink. `onWindows`: the whole snapshot was made there. */
export function readStoredLink(table: TreeTable, entry: number, onWindows: boolean): StoredLink {
  const point = readReparsePoint(table.windowsAttributes(entry)?.reparsePoint);
  const fromPoint = point && ofReparsePoint(point);
  if (fromPoint !== undefined) return fromPoint;
  if (table.irregular(entry)) return { origin: 'none', description: describe(point) };
  const target = table.linkTarget(entry);
  if (onWindows || table.hasWindowsAttributes(entry) || looksWindows(target)) {
    if (target.length === 0) return { origin: 'none', description: 'link without a target' };
    return { origin: 'windows', path: parseNtPath(latin1(target)) };
  }
  const wine = looksWine(target) ? decodeWineLink(target) : undefined;
  return wine === undefined ? { origin: 'posix', target } : { origin: 'wine', link: wine };
}

/** Whether it is anything but a plain link of POSIX. Cheap: a listing asks for each link. */
export function isOfAnotherSystem(table: TreeTable, entry: number, onWindows: boolean): boolean {
  if (onWindows || table.irregular(entry) || table.hasWindowsAttributes(entry)) return true;
  const target = table.linkTarget(entry);
  return looksWindows(target) || (looksWine(target) && decodeWineLink(target) !== undefined);
}

/** Whether the paths that a snapshot was made of are of Windows: then so is everything in it. */
export function isMadeOnWindows(paths: readonly string[]): boolean {
  return paths.length > 0 && paths.every((path) => /^(?:[A-Za-z]:(?:[\\/]|$)|\\\\)/.test(path));
}

/** Undefined if there is none, or one that cannot be read: what else is known of the link counts then. */
export function readReparsePoint(buffer: Uint8Array | undefined): ReparsePoint | undefined {
  if (buffer === undefined) return undefined;
  try {
    return decodeReparseBuffer(buffer);
  } catch (error) {
    if (error instanceof ReparseError) return undefined;
    throw error;
  }
}

/** Undefined for one that is no link, or whose target is elsewhere. */
function ofReparsePoint(point: ReparsePoint): StoredLink | undefined {
  switch (point.kind) {
    case 'mount-point':
      return { origin: 'windows', path: parseSubstituteName(utf8AsLatin1(point.substituteName), false) };
    case 'symlink':
      return {
        origin: 'windows',
        path: parseSubstituteName(utf8AsLatin1(point.substituteName), point.relative),
      };
    case 'wsl-symlink':
      return point.target && { origin: 'posix', target: point.target };
    case 'af-unix':
    case 'opaque':
      return undefined;
  }
}

/** For people, who find it where a target would be. */
function describe(point: ReparsePoint | undefined): string {
  if (point?.kind !== 'opaque') return 'unsupported reparse point';
  return `unsupported reparse point ${reparseTagName(point.tag) ?? formatReparseTag(point.tag)}`;
}

/** `C:\` and `\\`: no program of POSIX writes such a target, and restic before 0.17 kept nothing else of Windows. */
function looksWindows(target: Uint8Array): boolean {
  if (target[0] === BACKSLASH) return target[1] === BACKSLASH;
  return isLetter(target[0]!) && target[1] === COLON && target[2] === BACKSLASH;
}

/** Whether two steps of an encoded tag could be there: almost no other link has them. */
function looksWine(target: Uint8Array): boolean {
  const start = target[0] === DOT ? 1 : 0;
  return target[start] === SLASH && (target[start + 1] === SLASH || target[start + 1] === DOT);
}

const BACKSLASH = 0x5c;
const COLON = 0x3a;
const DOT = 0x2e;
const SLASH = 0x2f;

function isLetter(byte: number): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function utf8AsLatin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
