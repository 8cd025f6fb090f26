/** Paths that templates make, as folders. Pure. */

import { MAX_NAME_BYTES } from '../../../repo/plain-name.ts';
import { PosixNames } from './posix-names.ts';

/**
 * The folders that a path leads through, made usable as names: `/` separates, empty parts and `.` say nothing,
 * `..` leads back but never above the start.
 */
export function cleanPath(path: string): string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(usablePart(part));
  }
  return parts;
}

const NAMES = new PosixNames();

/** A part of a path can only be too long, hold NUL, or lead up by a backslash. */
function usablePart(part: string): string {
  // A string of a third of the limit cannot be longer in UTF-8: the usual case needs no bytes.
  if (part.length <= MAX_NAME_BYTES / 3 && !part.includes('\0') && !part.includes('\\')) return part;
  return Buffer.from(NAMES.shown(Buffer.from(part))).toString();
}
