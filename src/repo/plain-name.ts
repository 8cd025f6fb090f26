/**
 * Names that a folder can show on a system that knows `/` as its only separator. Checked for each entry of each tree
 * where it is decoded, and again where a name is made up.
 */

/** The longest that Linux takes from a file system in user space. */
export const MAX_NAME_BYTES = 1024;

const NUL = 0x00;
const DOT = 0x2e;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;

/** False for names that are empty, `.`, `..` or too long, that hold `/` or NUL, or that lead up by a backslash. */
export function isPlainName(name: Uint8Array): boolean {
  const length = name.length;
  if (length === 0 || length > MAX_NAME_BYTES || isDots(name)) return false;
  for (let at = 0; at < length; at++) {
    const byte = name[at]!;
    // Most bytes are letters: two comparisons each.
    if (byte <= SLASH && (byte === SLASH || byte === NUL)) return false;
    if (byte === BACKSLASH && isBesideDots(name, at)) return false;
  }
  return true;
}

/** `.` and `..`. */
export function isDots(name: Uint8Array): boolean {
  return name[0] === DOT && (name.length === 1 || (name.length === 2 && name[1] === DOT));
}

/** Whether it holds `\..` or `..\`, by which a program that takes `\` for a separator would leave the folder. */
export function leadsUpByBackslash(name: Uint8Array): boolean {
  for (let at = name.indexOf(BACKSLASH); at !== -1; at = name.indexOf(BACKSLASH, at + 1)) {
    if (isBesideDots(name, at)) return true;
  }
  return false;
}

function isBesideDots(name: Uint8Array, at: number): boolean {
  return (name[at - 1] === DOT && name[at - 2] === DOT) || (name[at + 1] === DOT && name[at + 2] === DOT);
}
