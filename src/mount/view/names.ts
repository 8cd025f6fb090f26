/**
 * Names that a mount can show, made of names that may hold anything. Bytes in, bytes out; pure.
 * Knows neither trees nor snapshots.
 */

import { hashName } from '../../repo/name-hash.ts';

/** The longest that Linux takes from a file system in user space. */
export const MAX_NAME_BYTES = 1024;

const NUL = 0x00;
const PERCENT = 0x25;
const DOT = 0x2e;
const SLASH = 0x2f;

/** Whether a folder can show this name as it is. */
export function isPlainName(name: Uint8Array): boolean {
  if (name.length === 0 || name.length > MAX_NAME_BYTES || isDots(name)) return false;
  return !name.includes(SLASH) && !name.includes(NUL);
}

/**
 * The name if it can be shown, else one as near to it as can be: `%` in place of each byte that cannot be in a
 * name, and of one that is too long its start, `%` and eight hex digits of its hash.
 */
export function shownName(name: Uint8Array): Uint8Array {
  if (isPlainName(name)) return name;
  if (name.length === 0) return Uint8Array.of(PERCENT);
  const dots = isDots(name);
  const usable = name.map((byte) => (dots || byte === SLASH || byte === NUL ? PERCENT : byte));
  return usable.length > MAX_NAME_BYTES ? withEnding(usable, `%${hashDigits(name)}`) : usable;
}

/** The `count`th of several that would have the same name. */
export function numberedName(name: Uint8Array, count: number): Uint8Array {
  return withEnding(name, `%${count}`);
}

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

/** Equal for equal bytes, different for different ones: for maps. */
export function byteKey(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** For messages: as UTF-8 where it is that, else with `\xHH` in place of bytes beyond ASCII. */
export function printableName(name: Uint8Array): string {
  try {
    return STRICT_UTF8.decode(name);
  } catch {
    return Array.from(name, (byte) =>
      byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`,
    ).join('');
  }
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function isDots(name: Uint8Array): boolean {
  return name[0] === DOT && (name.length === 1 || (name.length === 2 && name[1] === DOT));
}

/** A part of a path can only be too long or hold NUL. */
function usablePart(part: string): string {
  // A string of a third of the limit cannot be longer in UTF-8: the usual case needs no bytes.
  if (part.length <= MAX_NAME_BYTES / 3 && !part.includes('\0')) return part;
  return Buffer.from(shownName(Buffer.from(part))).toString();
}

/** The name, cut where both together would be too long, and the ending. */
function withEnding(name: Uint8Array, ending: string): Uint8Array {
  const kept = name.subarray(0, wholeCharacters(name, MAX_NAME_BYTES - ending.length));
  return Buffer.concat([kept, Buffer.from(ending)]);
}

/** At most `limit`, less where that would cut a UTF-8 sequence in two. */
function wholeCharacters(name: Uint8Array, limit: number): number {
  if (name.length <= limit) return name.length;
  let end = limit;
  while (end > limit - 3 && (name[end]! & 0xc0) === 0x80) end--;
  return end;
}

function hashDigits(name: Uint8Array): string {
  const hash = new Uint32Array(2);
  hashName(name, 0, name.length, hash);
  return hash[0]!.toString(16).padStart(8, '0');
}
