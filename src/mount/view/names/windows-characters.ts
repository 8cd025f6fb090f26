/**
 * What Windows takes in a name, and what stands for the rest: U+F000 and the byte, as Cygwin and WSL have it.
 * Pure; knows nothing of whole folders.
 *
 * Facts: "Naming Files, Paths, and Namespaces" in Microsoft's documentation of the Windows API. A device's name counts
 * in any case, before the first dot, and with spaces behind it; CONIN$ and CONOUT$ are the console's.
 */

import { codePointAt, utf8Length, utf16Length } from './utf8.ts';

/** UTF-16 units. */
export const MAX_UNITS = 255;

const PRIVATE = 0xf000;
const LAST_PRIVATE = 0xf0ff;
const SPACE = 0x20;
const DOT = 0x2e;

/** By byte: 1 for those that Windows does not take. NUL and `/`, which nothing stands for, are among them. */
const REFUSED = Uint8Array.from({ length: 128 }, (_, code) =>
  code < 0x20 || '<>:"/\\|?*'.includes(String.fromCharCode(code)) ? 1 : 0,
);

const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[1-9¹²³])( *(?:\.|$))/i;
const DEVICE_STARTS: ReadonlySet<number> = new Set(['con', 'prn', 'aux', 'nul', 'com', 'lpt'].map(startOf));

/** Whether the name is UTF-8 that Windows takes, and no character of it stands for another. Makes no object. */
export function isWindowsName(bytes: Uint8Array, start: number, end: number): boolean {
  let units = 0;
  for (let at = start; at < end; ) {
    const code = codePointAt(bytes, at, end);
    if (code < 0x80 ? code < 0 || REFUSED[code] !== 0 : isPrivate(code)) return false;
    units += utf16Length(code);
    at += utf8Length(code);
  }
  const last = bytes[end - 1];
  if (units === 0 || units > MAX_UNITS || last === DOT || last === SPACE) return false;
  return !isDevice(bytes, start, end);
}

/** The name as Windows takes it, but for its length. The bytes hold neither NUL nor `/`. */
export function toWindowsText(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const code = codePointAt(bytes, at, bytes.length);
    if (code < 0) {
      text += standIn(bytes[at]!);
      at++;
    } else {
      text += isPrivate(code) || REFUSED[code] === 1 ? standIns(code) : String.fromCodePoint(code);
      at += utf8Length(code);
    }
  }
  return text
    .replace(/[. ]+$/, (tail) => Array.from(tail, (character) => standIns(character.charCodeAt(0))).join(''))
    .replace(
      DEVICE,
      (_, device: string, rest: string) =>
        device.slice(0, -1) + standIns(device.charCodeAt(device.length - 1)) + rest,
    );
}

/** The bytes of which `toWindowsText` made the text. */
export function fromWindowsText(text: string): Uint8Array {
  const pieces = text.split(/([\uf001-\uf0ff])/).map((piece, place) => {
    return place % 2 === 0 ? Buffer.from(piece) : Buffer.of(piece.charCodeAt(0) - PRIVATE);
  });
  return Buffer.concat(pieces);
}

/** The character for one byte. U+F000 is not used: no name holds NUL. */
function standIn(byte: number): string {
  return String.fromCharCode(PRIVATE + byte);
}

function standIns(code: number): string {
  return Array.from(Buffer.from(String.fromCodePoint(code)), standIn).join('');
}

/** Whether it would be taken for one that stands for a byte. */
function isPrivate(code: number): boolean {
  return code > PRIVATE && code <= LAST_PRIVATE;
}

function isDevice(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3) return false;
  const first = (bytes[start]! << 16) | (bytes[start + 1]! << 8) | bytes[start + 2]! | 0x202020;
  return DEVICE_STARTS.has(first) && DEVICE.test(Buffer.from(bytes.subarray(start, end)).toString());
}

function startOf(device: string): number {
  return (device.charCodeAt(0) << 16) | (device.charCodeAt(1) << 8) | device.charCodeAt(2);
}
