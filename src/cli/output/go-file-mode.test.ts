import { expect, test } from 'vitest';
import { EntryKind } from '../../entry-kind.ts';
import { goFileMode, goFileModeText } from './go-file-mode.ts';

test.each<[kind: EntryKind, mode: number, number: number, text: string]>([
  [EntryKind.File, 0o644, 420, '-rw-r--r--'],
  [EntryKind.Directory, 0o755, 2147484141, 'drwxr-xr-x'],
  [EntryKind.Directory, 0o1777, 2148532735, 'dtrwxrwxrwx'],
  [EntryKind.Symlink, 0o777, 134218239, 'Lrwxrwxrwx'],
  [EntryKind.Fifo, 0o644, 33554852, 'prw-r--r--'],
  [EntryKind.File, 0o4755, 8389101, 'urwxr-xr-x'],
  [EntryKind.File, 0o6711, 12583369, 'ugrwx--x--x'],
  [EntryKind.CharDevice, 0o666, 69206454, 'Dcrw-rw-rw-'],
  [EntryKind.BlockDevice, 0o600, 67109248, 'Drw-------'],
  [EntryKind.Socket, 0, 16777216, 'S---------'],
])('kind %d, mode 0o%o is %d and %s', (kind, mode, number, text) => {
  expect(goFileMode(kind, mode)).toBe(number);
  expect(goFileModeText(kind, mode)).toBe(text);
});
