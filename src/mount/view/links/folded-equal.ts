/**
 * Names that differ only in case, as a link of Windows may have them. Pure.
 *
 * Only letters whose cases take equally many bytes in UTF-8 are taken for the same: the size of a link is told before its
 * names are looked up. That holds for nearly all alphabets; ones like U+023A and U+2C65 must be spelled as stored.
 */

import { upperUnit } from '../../windows-case.ts';
import { utf8Length } from '../names/utf8.ts';

/** Both are UTF-8, or else compared byte by byte where they are not ASCII. */
export function foldedEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) {
    const byteA = a[at]!;
    const byteB = b[at]!;
    if (byteA === byteB) continue;
    if (byteA >= 0x80 || byteB >= 0x80) return foldedTextEqual(a, b);
    const folded = byteA | 0x20;
    if (folded !== (byteB | 0x20) || folded < 0x61 || folded > 0x7a) return false;
  }
  return true;
}

/** Unit by unit, as Windows compares. */
function foldedTextEqual(a: Uint8Array, b: Uint8Array): boolean {
  const textA = decode(a);
  const textB = decode(b);
  if (textA === undefined || textB === undefined || textA.length !== textB.length) return false;
  for (let at = 0; at < textA.length; at++) {
    if (!isSameLetter(textA.charCodeAt(at), textB.charCodeAt(at))) return false;
  }
  return true;
}

function isSameLetter(a: number, b: number): boolean {
  return a === b || (upperUnit(a) === upperUnit(b) && utf8Length(a) === utf8Length(b));
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string | undefined {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
