/** Names in UTF-8 without regard to case, by the rule of windows-case.ts, where no text is made of them. Pure. */

import { upperUnit } from '../../windows-case.ts';
import { codePointAt, utf8Length } from './utf8.ts';

/** A hash of 32 bits, equal for names that differ only in case. The name is UTF-8. Makes no object. */
export function foldedHash(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; ) {
    const code = codePointAt(bytes, at, end);
    hash = Math.imul(hash ^ foldedCode(code), 0x01000193);
    at += utf8Length(code);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Whether two names in UTF-8 differ only in case, or not at all. Makes no object. */
export function areFoldedEqual(
  bytes: Uint8Array,
  startA: number,
  endA: number,
  startB: number,
  endB: number,
): boolean {
  let atA = startA;
  let atB = startB;
  while (atA < endA && atB < endB) {
    const a = codePointAt(bytes, atA, endA);
    const b = codePointAt(bytes, atB, endB);
    if (foldedCode(a) !== foldedCode(b)) return false;
    atA += utf8Length(a);
    atB += utf8Length(b);
  }
  return atA === endA && atB === endB;
}

/** Windows knows no cases of characters that take two units. */
function foldedCode(code: number): number {
  return code < 0x1_0000 ? upperUnit(code) : code;
}
