/**
 * A file's type and permissions as restic shows and stores them: Go's os.FileMode, as a number and as text
 * (`drwxr-xr-x`, `Lrwxrwxrwx`, `urwxr-xr-x`). Pure.
 */

import { EntryKind } from '../../entry-kind.ts';

/** Bits of https://pkg.go.dev/io/fs#FileMode, and in LETTERS what each shows as, from the highest down. */
const TYPE_BITS: Readonly<Record<EntryKind, number>> = {
  [EntryKind.Directory]: 2 ** 31,
  [EntryKind.File]: 0,
  [EntryKind.Symlink]: 2 ** 27,
  [EntryKind.BlockDevice]: 2 ** 26,
  [EntryKind.CharDevice]: 2 ** 26 + 2 ** 21,
  [EntryKind.Fifo]: 2 ** 25,
  [EntryKind.Socket]: 2 ** 24,
};
const LETTERS = 'dalTLDpSugct?';
const HIGHEST_BIT = 31;

const SET_IDS = [
  { posix: 0o4000, bit: 2 ** 23 },
  { posix: 0o2000, bit: 2 ** 22 },
  { posix: 0o1000, bit: 2 ** 20 },
] as const;

const PERMISSIONS = 0o777;

/** `mode` holds POSIX's 0o7777 bits. */
export function goFileMode(kind: EntryKind, mode: number): number {
  let bits = TYPE_BITS[kind] + (mode & PERMISSIONS);
  for (const setId of SET_IDS) if (mode & setId.posix) bits += setId.bit;
  return bits;
}

export function goFileModeText(kind: EntryKind, mode: number): string {
  const bits = goFileMode(kind, mode);
  let text = '';
  for (let at = 0; at < LETTERS.length; at += 1) {
    if ((bits >>> (HIGHEST_BIT - at)) & 1) text += LETTERS[at];
  }
  return (text || '-') + permissionsText(mode);
}

function permissionsText(mode: number): string {
  let text = '';
  for (let bit = 8; bit >= 0; bit -= 1) text += mode & (1 << bit) ? 'xwr'[bit % 3] : '-';
  return text;
}
