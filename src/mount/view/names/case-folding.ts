/**
 * Names without regard to case, as Windows compares them: UTF-16 unit by unit, each with one that stands for all its
 * cases. Pure.
 *
 * Windows keeps its own table of upper case (NTFS one a volume, `$UpCase`). This is Unicode's as JavaScript has it, unit
 * by unit, and goes further: it takes some letters together that Windows keeps apart (U+0131 and `I`, U+017F and `S`,
 * U+212A and `K`), so that at worst a name has a number that needs none.
 */

import { codePointAt, utf8Length } from './utf8.ts';

/** What all cases of the unit have in common. */
export function foldedUnit(unit: number): number {
  if (unit < 0x80) return unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : unit;
  table ??= Uint16Array.from({ length: 0x1_0000 }, (_, each) => fold(each));
  return table[unit]!;
}

export function foldedText(text: string): string {
  // What is as long in UTF-8 is ASCII, as most names are.
  if (Buffer.byteLength(text) === text.length) return text.toLowerCase();
  const units = new Uint16Array(text.length);
  for (let at = 0; at < units.length; at++) units[at] = foldedUnit(text.charCodeAt(at));
  return String.fromCharCode(...units);
}

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
  return code < 0x1_0000 ? foldedUnit(code) : code;
}

/** Made when first needed: it takes some milliseconds. */
let table: Uint16Array | undefined;

/** Upper case first: both `ς` and `σ` are cases of `Σ`. What has no other case of one unit stays. */
function fold(unit: number): number {
  const upper = String.fromCharCode(unit).toUpperCase();
  const lower = (upper.length === 1 ? upper : String.fromCharCode(unit)).toLowerCase();
  if (lower.length === 1) return lower.charCodeAt(0);
  return upper.length === 1 ? upper.charCodeAt(0) : unit;
}
