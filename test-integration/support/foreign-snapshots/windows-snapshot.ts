/** A backup of two drives of a Windows machine: `C:\` lies in `C`, as restic lays it out. */

import { file, type Row, treeOf } from '../restic-writer/node.ts';
import { seededBytes } from '../restic-writer/seeded-bytes.ts';
import type { SnapshotDescription } from '../restic-writer/write-repository.ts';
import { type LinkCase, linkRows } from './link-case.ts';
import { windowsLinks } from './windows-links.ts';
import { Attribute, driveRoot, windowsFile, windowsFolder } from './windows-nodes.ts';
import { reparsePointLinks, reparsePointRows } from './windows-reparse-points.ts';

const FILES: readonly Row[] = [
  ['C', driveRoot()],
  ['C/Users/me/notes.txt', windowsFile('notes\n', { extendedAttributes: [['NOTE', Buffer.from('kept')]] })],
  ['C/Users/me/empty.txt', windowsFile('')],
  ['C/Users/me/large.bin', windowsFile(seededBytes('large')(700_001))],
  ['C/Users/me/Documents/report.txt', windowsFile('report\n')],
  ['C/Users/me/read only.txt', windowsFile('read only\n', { attributes: Attribute.ReadOnly })],
  [
    'C/Users/me/Documents/desktop.ini',
    windowsFile('[.ShellClassInfo]\r\n', {
      attributes: Attribute.Hidden | Attribute.System | Attribute.Archive,
    }),
  ],
  ['C/Users/Public', windowsFolder({ attributes: Attribute.Directory | Attribute.ReadOnly, mode: 0o555 })],
  ['C/Windows/win.ini', windowsFile('; for 16-bit app support\r\n')],
  ['C/Windows/System32/drivers/etc/hosts', windowsFile('127.0.0.1 localhost\r\n')],
  ['C/ProgramData', windowsFolder({ attributes: Attribute.Directory | Attribute.Hidden })],
  ['D', driveRoot()],
  ['D/backup/old.txt', windowsFile('old\n')],
  // Without generic attributes: a backup by restic before 0.17.
  ['C/Users/before 0.17/file.txt', file('before\n', { mode: 0o666, links: 1 })],
];

/** As restic's pull request 5171 proposes: nodes beside their file, told by `windows.is_ads`. */
const STREAMS: readonly Row[] = [
  [
    'C/Users/me/Downloads/setup.exe',
    windowsFile('MZ\n', { genericAttributes: { 'windows.has_ads': [':Zone.Identifier:$DATA', ':note'] } }),
  ],
  ['C/Users/me/Downloads/setup.exe:Zone.Identifier:$DATA', stream('[ZoneTransfer]\r\nZoneId=3\r\n')],
  ['C/Users/me/Downloads/setup.exe:note', stream('from the net\n')],
  ['C/Users/me/Downloads', windowsFolder({ genericAttributes: { 'windows.has_ads': [':info'] } })],
  ['C/Users/me/Downloads:info', stream('of a folder\n')],
  // No stream: nothing says so, and nothing has the name before the colon.
  ['C/wsl/12:30.log', file('half past twelve\n')],
];

/** What NTFS holds though Windows programs cannot name it: case-sensitive folders, WSL, `\\?\`. */
const ODD_NAMES: readonly Row[] = [
  ['C/case sensitive/readme', windowsFile('readme\n')],
  ['C/case sensitive/Readme', windowsFile('Readme\n')],
  ['C/case sensitive/README', windowsFile('README\n')],
  ['C/wsl/aux', windowsFile('aux\n')],
  ['C/wsl/trailing dot.', windowsFile('trailing dot.\n')],
  ['C/wsl/trailing space ', windowsFile('trailing space \n')],
  // WSL's and Cygwin's own way to store a colon.
  ['C/wsl/13\uf03a30.log', windowsFile('13\uf03a30\n')],
  ['C/unicode/caf\u00e9', windowsFile('composed\n')],
  ['C/unicode/cafe\u0301', windowsFile('decomposed\n')],
  ['C/unicode/\u{1f600}', windowsFile('beyond 16 bits\n')],
  // Half of a pair: Go keeps it in three bytes that are no UTF-8.
  [
    'C/unicode',
    {
      ...windowsFolder(),
      entries: [[Buffer.from('half \xed\xa0\xbd', 'latin1'), windowsFile('half\n')]],
    },
  ],
];

export const windowsSnapshot: SnapshotDescription & { readonly links: readonly LinkCase[] } = {
  hostname: 'windows',
  time: '2024-03-01T10:00:00+01:00',
  paths: ['C:\\', 'D:\\'],
  username: 'PC\\me',
  links: [...windowsLinks, ...reparsePointLinks],
  tree: treeOf(
    [
      ...FILES,
      ...STREAMS,
      ...ODD_NAMES,
      ...linkRows(windowsLinks),
      ...linkRows(reparsePointLinks),
      ...reparsePointRows,
    ],
    windowsFolder(),
  ),
};

function stream(content: string) {
  return file(content, { mode: 0o666, genericAttributes: { 'windows.is_ads': true } });
}
