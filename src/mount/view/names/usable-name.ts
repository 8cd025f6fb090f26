/** What all rules have in common: `%` for bytes that no name can hold, numbers and hashes at a name's end. Pure. */

import { hashName } from '../../../repo/name-hash.ts';
import { isDots, leadsUpByBackslash } from '../../../repo/plain-name.ts';

const NUL = 0x00;
const PERCENT = 0x25;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;

/**
 * The name with `%` in place of each byte that no name can hold, never empty. Backslashes are such bytes in a name
 * that leads up by one, and where `hidesBackslash` says so.
 */
export function usableName(name: Uint8Array, hidesBackslash: boolean): Uint8Array {
  if (name.length === 0) return Uint8Array.of(PERCENT);
  const dots = isDots(name);
  const hides = hidesBackslash || leadsUpByBackslash(name);
  return name.map((byte) =>
    dots || byte === SLASH || byte === NUL || (hides && byte === BACKSLASH) ? PERCENT : byte,
  );
}

/** What a name that is too long ends with: tells it from others with the same start. */
export function hashEnding(name: Uint8Array): string {
  const hash = new Uint32Array(2);
  hashName(name, 0, name.length, hash);
  return `%${hash[0]!.toString(16).padStart(8, '0')}`;
}

/** What the `count`th of equal names ends with. */
export function countEnding(count: number): string {
  return `%${count}`;
}
