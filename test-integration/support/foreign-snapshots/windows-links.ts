/** Links of every kind as restic holds them today: a target and file attributes, no tag. */

import { type LinkCase, leads } from './link-case.ts';
import { Attribute, fileLink, folderLink, junction, oldLink } from './windows-nodes.ts';

const DOCUMENTS = { path: 'C/Users/me/Documents' };
const NOTES = { path: 'C/Users/me/notes.txt' };

const JUNCTIONS: readonly LinkCase[] = [
  leads('C/links/junction', junction('C:\\Users\\me\\Documents'), DOCUMENTS),
  leads('C/links/junction in another case', junction('c:\\USERS\\Me\\documents'), DOCUMENTS),
  leads('C/links/junction with an end', junction('C:\\Users\\me\\Documents\\'), DOCUMENTS),
  leads('C/links/junction to a drive', junction('C:\\'), { path: 'C' }),
  leads('C/links/junction to the other drive', junction('D:\\backup'), { path: 'D/backup' }),
  leads('C/links/junction by a long path', junction('\\\\?\\C:\\Users\\me\\Documents'), DOCUMENTS),
  leads('C/links/junction to another drive', junction('E:\\elsewhere'), 'outside'),
  leads('C/links/junction to nothing', junction('C:\\Users\\nobody'), 'nowhere'),
  leads('C/links/volume', junction('\\\\?\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\'), 'outside'),
  leads('D/junction to C', junction('C:\\Users\\me\\Documents'), DOCUMENTS),
  leads(
    'C/Documents and Settings',
    junction('C:\\Users', {
      attributes:
        Attribute.Hidden |
        Attribute.System |
        Attribute.Directory |
        Attribute.ReparsePoint |
        Attribute.NotIndexed,
    }),
    { path: 'C/Users' },
  ),
  leads('C/links/junction to itself', junction('C:\\links\\junction to itself'), 'circle'),
  leads('C/links/circle a', junction('C:\\links\\circle b'), 'circle'),
  leads('C/links/circle b', junction('C:\\links\\circle a'), 'circle'),
  // Its parent: a walk that follows links goes round, a look-up does not.
  leads('C/links/up/parent', junction('C:\\links\\up'), { path: 'C/links/up' }),
];

const FOLDER_LINKS: readonly LinkCase[] = [
  leads('C/links/folder link', folderLink('C:\\Users\\me\\Documents'), DOCUMENTS),
  leads('C/links/relative folder link', folderLink('..\\Users\\me\\Documents'), DOCUMENTS),
  leads('C/links/folder link with dots', folderLink('.\\..\\Users\\.\\me\\Documents'), DOCUMENTS),
  leads('C/links/folder link by its drive', folderLink('\\Windows'), { path: 'C/Windows' }),
  leads('C/links/folder link to a share', folderLink('\\\\server\\share\\folder'), 'outside'),
  leads('C/links/folder link to a long share', folderLink('\\\\?\\UNC\\server\\share\\folder'), 'outside'),
  leads(
    'C/links/folder link to a device',
    folderLink('\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1\\'),
    'outside',
  ),
  leads('C/links/folder link above', folderLink('..\\..\\..\\..\\etc'), 'outside'),
];

const FILE_LINKS: readonly LinkCase[] = [
  leads('C/links/file link', fileLink('C:\\Users\\me\\notes.txt'), NOTES),
  leads('C/links/file link in another case', fileLink('c:\\users\\ME\\Notes.TXT'), NOTES),
  leads('C/links/relative file link', fileLink('..\\Users\\me\\notes.txt'), NOTES),
  leads('C/links/file link with slashes', fileLink('../Users/me/notes.txt'), NOTES),
  leads('C/links/file link by its drive', fileLink('\\Windows\\win.ini'), { path: 'C/Windows/win.ini' }),
  leads('C/links/file link to a share', fileLink('\\\\server\\share\\file.txt'), 'outside'),
  leads('C/links/file link through a junction', fileLink('C:\\links\\junction\\report.txt'), {
    path: 'C/Users/me/Documents/report.txt',
  }),
  leads('C/links/file link to odd letters', fileLink('C:\\unicode\\caf\u00e9'), {
    path: 'C/unicode/caf\u00e9',
  }),
];

const OLD_LINKS: readonly LinkCase[] = [
  leads('C/Users/before 0.17/junction', oldLink('C:\\Users\\me\\Documents'), DOCUMENTS),
  leads('C/Users/before 0.17/link by a long path', oldLink('\\\\?\\C:\\Users\\me\\Documents'), DOCUMENTS),
  leads('C/Users/before 0.17/relative link', oldLink('file.txt'), { path: 'C/Users/before 0.17/file.txt' }),
];

const CHAIN_LENGTH = 45;
const MOST_FOLLOWED = 40;

/** `link 45` leads to the documents, each other one to the next. */
const CHAIN: readonly LinkCase[] = Array.from({ length: CHAIN_LENGTH }, (_, i) => {
  const target = i + 1 === CHAIN_LENGTH ? 'C:\\Users\\me\\Documents' : `C:\\chain\\link ${i + 2}`;
  const followed = CHAIN_LENGTH - i;
  return leads(`C/chain/link ${i + 1}`, junction(target), followed > MOST_FOLLOWED ? 'too many' : DOCUMENTS);
});

export const windowsLinks: readonly LinkCase[] = [
  ...JUNCTIONS,
  ...FOLDER_LINKS,
  ...FILE_LINKS,
  ...OLD_LINKS,
  ...CHAIN,
];
