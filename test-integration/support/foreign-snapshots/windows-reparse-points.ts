/** Nodes with a whole reparse point in `windows.reparse_point`, which snapmount proposes to restic. */

import type { Row } from '../restic-writer/node.ts';
import { type LinkCase, leads } from './link-case.ts';
import * as buffers from './reparse-buffers.ts';
import { Attribute, fileLink, folderLink, junction, windowsFile, windowsSocket } from './windows-nodes.ts';

const DOCUMENTS = { path: 'C/Users/me/Documents' };
const NOTES = { path: 'C/Users/me/notes.txt' };
const TARGET = 'C:\\Users\\me\\Documents';
const toDocuments = buffers.mountPointBuffer(`\\??\\${TARGET}`, TARGET);

export const reparsePointLinks: readonly LinkCase[] = [
  leads('C/reparse points/junction', junction(TARGET, { reparsePoint: toDocuments }), DOCUMENTS),
  // The buffer is what the link was; the target is what somebody else made of it.
  leads('C/reparse points/another target', junction('C:\\Windows', { reparsePoint: toDocuments }), DOCUMENTS),
  leads(
    'C/reparse points/volume',
    junction('\\\\?\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\', {
      reparsePoint: buffers.mountPointBuffer('\\??\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\', ''),
    }),
    'outside',
  ),
  leads(
    'C/reparse points/folder symlink',
    folderLink(TARGET, { reparsePoint: buffers.symlinkBuffer(`\\??\\${TARGET}`, TARGET, false) }),
    DOCUMENTS,
  ),
  leads(
    'C/reparse points/relative file symlink',
    fileLink('..\\Users\\me\\notes.txt', {
      reparsePoint: buffers.symlinkBuffer('..\\Users\\me\\notes.txt', '..\\Users\\me\\notes.txt', true),
    }),
    NOTES,
  ),
  leads(
    'C/reparse points/WSL symlink',
    fileLink('../Users/me/notes.txt', {
      reparsePoint: buffers.wslSymlinkBuffer('../Users/me/notes.txt'),
    }),
    NOTES,
  ),
  // What no reader may trust: the target is all that is left.
  leads(
    'C/reparse points/cut short',
    junction(TARGET, { reparsePoint: toDocuments.subarray(0, 20) }),
    DOCUMENTS,
  ),
];

const attributes = Attribute.ReparsePoint | Attribute.Archive;

export const reparsePointRows: readonly Row[] = [
  ['C/reparse points/AF_UNIX', windowsSocket({ reparsePoint: buffers.AF_UNIX_BUFFER })],
  [
    'C/reparse points/dedup',
    windowsFile('deduplicated\n', { attributes, reparsePoint: buffers.DEDUP_BUFFER }),
  ],
  [
    'C/reparse points/cloud',
    windowsFile('in the cloud\n', { attributes, reparsePoint: buffers.CLOUD_BUFFER }),
  ],
  [
    'C/reparse points/unknown',
    windowsFile('unknown\n', { attributes, reparsePoint: buffers.UNKNOWN_BUFFER }),
  ],
  [
    'C/reparse points/third party',
    windowsFile('third party\n', { attributes, reparsePoint: buffers.THIRD_PARTY_BUFFER }),
  ],
];
