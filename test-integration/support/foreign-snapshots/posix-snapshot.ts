/** A backup of a Linux machine with the links and names that Windows, or a careless program, stumbles over. */

import { type Entry, file, folder, type Name, type Row, symlink, treeOf } from '../restic-writer/node.ts';
import type { SnapshotDescription } from '../restic-writer/write-repository.ts';
import { type LinkCase, leads, linkRows } from './link-case.ts';

const TEXT = { path: 'home/u/docs/text' };

const LINKS: readonly LinkCase[] = [
  leads('home/u/links/relative', symlink('../docs/text'), TEXT),
  leads('home/u/links/inside', symlink('/home/u/docs/text'), TEXT),
  leads('home/u/links/inside with dots', symlink('/home/./u//links/../docs/text'), TEXT),
  leads('home/u/links/folder inside', symlink('/home/u/docs'), { path: 'home/u/docs' }),
  leads('home/u/links/folder with an end', symlink('/home/u/docs/'), { path: 'home/u/docs' }),
  leads('home/u/links/root', symlink('/'), { path: '' }),
  leads('home/u/links/outside', symlink('/usr/bin/env'), 'outside'),
  leads('home/u/links/above', symlink('../../../../etc/passwd'), 'outside'),
  leads('home/u/links/nowhere', symlink('/home/u/docs/missing'), 'nowhere'),
  // Another case is another name here.
  leads('home/u/links/another case', symlink('/home/u/DOCS/text'), 'nowhere'),
  // A backslash is a letter here.
  leads('home/u/links/backslash', symlink('../docs/back\\slash'), { path: 'home/u/docs/back\\slash' }),
  // Nothing says of which system it is; there is no drive C in either case.
  leads('home/u/links/like a drive', symlink('C:\\Users\\u'), 'outside'),
  leads('home/u/links/itself', symlink('itself'), 'circle'),
  leads('home/u/links/circle a', symlink('/home/u/links/circle b'), 'circle'),
  leads('home/u/links/circle b', symlink('circle a'), 'circle'),
  leads('home/u/links/no text', symlink(Buffer.from('../docs/no \xff text', 'latin1')), 'nowhere'),
];

const SPECIAL: readonly Row[] = [
  ['home/u/special/null', { type: 'chardev', mode: 0o666, device: 0x103n, links: 1 }],
  // 259:1048575, whose bits lie in several places of a dev_t.
  ['home/u/special/disk', { type: 'dev', mode: 0o660, device: 0xfff1_03ffn, links: 1 }],
  ['home/u/special/fifo', { type: 'fifo' }],
  ['home/u/special/socket', { type: 'socket' }],
  ['home/u/special/set-id', file('#!/bin/sh\n', { mode: 0o755 + 2 ** 23 + 2 ** 22 + 2 ** 20 })],
  ['home/u/special/hard a', file('hard\n', hardLink())],
  ['home/u/special/hard b', file('hard\n', hardLink())],
  ['home/u/special/before 1970', file('old\n', { mtime: '1969-12-31T23:59:59.999999999Z' })],
  ['home/u/special/owned', file('owned\n', { uid: 1000, gid: 100, user: 'u', group: 'users' })],
  [
    'home/u/special/attributes',
    file('attributes\n', {
      extendedAttributes: [
        ['user.text', Buffer.from('<text>')],
        ['user.bytes', Buffer.from([0, 255])],
      ],
    }),
  ],
];

/** Each file holds its own name. */
const NAMES: readonly Name[] = [
  ...['back\\slash', 'back%slash', '..\\up', 'up\\..', 'a\\..\\b', '..%up', '\\', '%'],
  ...['con', 'AUX', 'nul.txt', 'COM1.log', 'lpt9', 'com\u00b9', 'console', 'CONIN$'],
  ...['dot.', 'dots...', 'space ', ' ', 'dot. ', 'a:b', 'file:stream', '"quoted"', '<in>', 'a|b', '?', '*'],
  ...['\x01', 'tab\t', 'line\nend', 'delete\x7f', 'bell\x07'],
  ...[
    'caf\u00e9',
    'cafe\u0301',
    '\u00c4rger',
    '\u00e4rger',
    'Readme',
    'README',
    'readme',
    '\u0130',
    'i',
    'I',
  ],
  // Letters that other programs put in place of `:` and `\`.
  ...['a\uf03ab', 'back\uf05cslash', '\uf0ff'],
  ...['\u00ad', '\u200e\u202etxt.exe', '\u3000', '\u{1f600}', '\u{e0001}', '&amp;', '\u2028'],
  ...['x'.repeat(255), '\u20ac'.repeat(255)],
  Buffer.from('no \xff text', 'latin1'),
  Buffer.from('half \xe2\x82', 'latin1'),
];

const FOLDER_NAMES: readonly Name[] = ['CON', 'fol\\der', '..\\folder', 'folder.', 'Folder', 'folder', 'a?'];

/** No system of files holds them; a repository can. */
const HOSTILE_NAMES: readonly Name[] = [
  '.',
  'a/b',
  '../c',
  '/etc/passwd',
  'nul\0',
  '\0',
  '..\\..\\d',
  '\\..',
];

export const posixSnapshot: SnapshotDescription & { readonly links: readonly LinkCase[] } = {
  hostname: 'posix',
  time: '2024-03-02T12:00:00Z',
  paths: ['/home/u'],
  links: LINKS,
  tree: treeOf([
    ['home/u/docs/text', file('text\n')],
    ['home/u/docs/back\\slash', file('backslash\n')],
    ...linkRows(LINKS),
    ...SPECIAL,
    ['home/u/names', folder(NAMES.map(namedFile))],
    ['home/u/folders', folder(FOLDER_NAMES.map((name) => [name, folder([namedFile('inside')])]))],
    ['home/u/hostile', folder([...HOSTILE_NAMES.map(namedFile), ['..', folder([namedFile('inside')])]])],
  ]),
};

function namedFile(name: Name): Entry {
  return [name, file(name)];
}

function hardLink() {
  return { links: 2, inode: 0x7fff_ffff_ffff_fffdn, deviceId: 64_768n };
}
