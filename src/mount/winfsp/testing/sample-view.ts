/** A tree with whatever the driver treats in its own way, for the tests of the driver by each of its devices. */

import { ReparseTag } from '../../../reparse/reparse-tags.ts';
import { EntryKind } from '../../node.ts';
import {
  changingFolder,
  countingContent,
  file,
  folder,
  type MemoryDirectory,
  special,
  symlink,
} from '../../testing/memory-view.ts';
import { FileAttribute } from '../wire/constants.ts';

/** Bytes: over 4 GiB, of content that is counted and not stored. */
export const LARGE_BYTES = 2 ** 32 + 4099;
export const MANY = 3000;
export const CREATION_TIME = 132_223_104_000_000_123n;

const link = FileAttribute.ReparsePoint | FileAttribute.Directory;

export function sampleRoot(): MemoryDirectory {
  return folder({
    'hello.txt': file('hello\r\n'),
    'Größe — 漢字 😀.txt': file('names'),
    empty: file(''),
    large: file(countingContent(LARGE_BYTES)),
    'wrong size': file('four', { size: 5 }),
    Folder: folder({
      'Read Me.TXT': file('read me'),
      deep: folder({ er: folder({ file: file('deeper') }) }),
      up: symlink('../hello.txt'),
    }),
    many: folder(Object.fromEntries(Array.from({ length: MANY }, (_, i) => [`file ${i}`, file(`${i}`)]))),
    snapshots: changingFolder({ first: folder({}) }),
    links: folder({
      relative: symlink('../Folder/deep'),
      here: symlink('.', { leadsToFolder: true }),
      'by another': symlink('relative/er'),
      loop: symlink('loop'),
      dangling: symlink('nowhere'),
      'very long': symlink('long/'.repeat(2000)),
      'out of the root': symlink('../../../../hello.txt'),
      absolute: symlink('/etc/passwd'),
      junction: symlink('../Folder', {
        facts: {
          target: Buffer.from('C:\\Folder'),
          fileAttributes: link,
          reparseTag: { tag: ReparseTag.MountPoint, source: 'inferred' },
        },
      }),
      'to the live drive': symlink('C:\\Windows', {
        facts: {
          target: Buffer.from('C:\\Windows'),
          fileAttributes: link,
          reparseTag: { tag: ReparseTag.MountPoint, source: 'inferred' },
        },
      }),
      'to a share': symlink('\\\\server\\share\\a'),
      cloud: symlink('%irregular', {
        facts: {
          irregular: true,
          // IO_REPARSE_TAG_CLOUD with four bytes.
          reparsePoint: Buffer.from('1a00009004000000deadbeef', 'hex'),
        },
      }),
    }),
    pipe: special(EntryKind.Fifo),
    streams: folder({
      'web.txt': file('page', { facts: { fileAttributes: FileAttribute.Archive } }),
      'web.txt\uf03aZone.Identifier': file('[ZoneTransfer]', {
        facts: { fileAttributes: FileAttribute.Archive },
      }),
      'web.txt\uf03asecond\uf03a$DATA': file('2'),
      '10': file('of Linux'),
      '10\uf03a30': file('a time'),
      'nothing\uf03astream': file('alone'),
      dir: folder({}, { facts: { fileAttributes: FileAttribute.Directory } }),
      'dir\uf03ainfo': file('of a folder'),
      link: symlink('web.txt'),
    }),
    hidden: file('hidden', {
      facts: {
        fileAttributes: FileAttribute.Hidden | FileAttribute.ReadOnly | FileAttribute.Compressed,
        creationTime: CREATION_TIME,
        securityDescriptor: Buffer.from('stored'),
      },
    }),
  });
}
