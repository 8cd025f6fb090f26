/** The view that every driver shows in the conformance suite, and what is in it. */

import { FsError } from '../../../src/mount/errors.ts';
import { EntryKind } from '../../../src/mount/node.ts';
import {
  countingContent,
  damagedContent,
  file,
  folder,
  type MemoryDirectory,
  sparseContent,
  special,
  symlink,
} from '../../../src/mount/testing/memory-view.ts';
import { makeNameRule } from '../../../src/mount/view/names/make-name-rule.ts';

const GIB = 2 ** 30;

export const HUGE_SIZE = 5 * GIB + 13;
export const SPARSE_SIZE = 9 * GIB;
/** The only bytes of the sparse file that are not zero. */
export const ISLANDS: readonly (readonly [offset: number, text: string])[] = [
  [0, 'first'],
  [4 * GIB - 3, 'across four gibibytes'],
  [SPARSE_SIZE - 4, 'last'],
];

/** Names that POSIX allows; a driver may show them otherwise. None is UTF-8 besides being ASCII. */
export const ODD_NAMES: readonly Uint8Array[] = [
  'new\nline\xff\x01 "\\*',
  ' leading and trailing ',
  '-rf',
  'percent%20',
  '\xc3',
  'n'.repeat(255),
].map((name) => Buffer.from(name, 'latin1'));

export const MANY = 20_000;

/** Every path below the root, with what is there. */
export const TREE: Readonly<Record<string, 'file' | 'folder' | 'link' | 'other'>> = {
  hello: 'file',
  empty: 'file',
  huge: 'file',
  sparse: 'file',
  damaged: 'file',
  broken: 'folder',
  link: 'link',
  dangling: 'link',
  fifo: 'other',
  odd: 'folder',
  many: 'folder',
  deep: 'folder',
  'deep/deeper': 'folder',
  'deep/deeper/bottom': 'file',
  'deep/up': 'link',
};

export const HELLO = 'hello world';
/** Milliseconds since 1970: what memory-view.ts gives every node. */
export const MODIFIED = 1_600_000_000_123;

/** Names as the view shows them to such a system: the drivers for Windows are given no others. */
export function conformanceRoot(system: 'posix' | 'windows' = 'posix'): MemoryDirectory {
  const names = makeNameRule({ system, backslash: 'percent' });
  const shown = (name: Uint8Array) => (system === 'posix' ? name : names.shown(name));
  const broken = folder({});
  broken.failure = new FsError('EIO', 'Damaged on purpose');
  return folder({
    hello: file(HELLO),
    empty: file(''),
    huge: file(countingContent(HUGE_SIZE)),
    sparse: file(sparseContent(SPARSE_SIZE, ISLANDS)),
    damaged: file(damagedContent(100_000)),
    broken,
    link: symlink('hello'),
    dangling: symlink('no/such/place'),
    fifo: special(EntryKind.Fifo),
    odd: folder(ODD_NAMES.map((name, number) => [shown(name), file(`odd ${number}`)])),
    many: folder(Array.from({ length: MANY }, (_, number) => [`n${number}`, file(`number ${number}`)])),
    deep: folder({ deeper: folder({ bottom: file('bottom') }), up: symlink('../hello') }),
  });
}
