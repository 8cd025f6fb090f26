/**
 * A Wine prefix whose links hold reparse points as Wine-Staging of 2021 encodes them in the targets of Unix symlinks:
 * the tag from its lowest bit on, `./` for 1 and `/` for 0. Encoded by hand, without the codec that is under test.
 */

import { file, type Row, symlink, treeOf } from '../restic-writer/node.ts';
import type { SnapshotDescription } from '../restic-writer/write-repository.ts';
import { type LinkCase, leads, linkRows } from './link-case.ts';

/** 0xA0000003: bits 0, 1, 29 and 31. */
const JUNCTION = `././${'/'.repeat(27)}.//./`;
/** 0xA000000C: bits 2, 3, 29 and 31; a step more says what it leads to. */
const TO_FOLDER = `//././${'/'.repeat(25)}.//././`;
const TO_FILE = `//././${'/'.repeat(25)}.//.//`;
/** 0xA0000019, which Wine does nothing with: bits 0, 3, 4, 29 and 31. */
const UNKNOWN = `.///././${'/'.repeat(24)}.//./`;
/** After the folder of the prefix: the letter P, bits 4 and 6. */
const END_OF_PREFIX = '////.//.//';

const PREFIX = '/home/u/.wine';
const WINDOWS = { path: 'home/u/.wine/drive_c/windows' };
const WIN_INI = { path: 'home/u/.wine/drive_c/windows/win.ini' };

const absolute = (tag: string, path: string, prefix = PREFIX) =>
  symlink(`/${tag}${prefix}${END_OF_PREFIX}${path}`);

export const wineLinks: readonly LinkCase[] = [
  leads('home/u/.wine/drive_c/junction', absolute(JUNCTION, '/drive_c/windows'), WINDOWS),
  leads('home/u/.wine/drive_c/folder symlink', absolute(TO_FOLDER, '/drive_c/windows'), WINDOWS),
  leads('home/u/.wine/drive_c/file symlink', absolute(TO_FILE, '/drive_c/windows/win.ini'), WIN_INI),
  leads('home/u/.wine/drive_c/relative folder symlink', symlink(`./${TO_FOLDER}windows`), WINDOWS),
  leads('home/u/.wine/drive_c/relative file symlink', symlink(`./${TO_FILE}windows/win.ini`), WIN_INI),
  // The prefix has moved since; its end is marked.
  leads('home/u/.wine/drive_c/moved', absolute(JUNCTION, '/drive_c/windows', '/mnt/old/.wine'), WINDOWS),
  leads('home/u/.wine/drive_c/outside', symlink(`/${TO_FOLDER}/usr/share/fonts`), 'outside'),
  leads('home/u/.wine/drive_c/to home', symlink(`/${JUNCTION}/home/u/docs`), { path: 'home/u/docs' }),
  leads('home/u/.wine/drive_c/unknown tag', absolute(UNKNOWN, '/drive_c/windows'), WINDOWS),
];

/** Not encoded, however they look. */
export const ordinaryLinks: readonly LinkCase[] = [
  leads('home/u/.wine/dosdevices/c:', symlink('../drive_c'), { path: 'home/u/.wine/drive_c' }),
  leads('home/u/.wine/dosdevices/z:', symlink('/'), { path: '' }),
  leads('home/u/ordinary/slashes', symlink(`${'/'.repeat(40)}home/u/docs`), { path: 'home/u/docs' }),
  leads('home/u/ordinary/dots', symlink('./././../docs'), { path: 'home/u/docs' }),
  leads('home/u/ordinary/a bit few', symlink(`/././${'/'.repeat(20)}home/u/docs`), { path: 'home/u/docs' }),
];

const FILES: readonly Row[] = [
  ['home/u/.wine/system.reg', file('WINE REGISTRY Version 2\n')],
  ['home/u/.wine/drive_c/windows/win.ini', file('[Mail]\r\n')],
  ['home/u/docs/text', file('text\n')],
];

export const wineSnapshot: SnapshotDescription & { readonly links: readonly LinkCase[] } = {
  hostname: 'wine',
  time: '2024-03-03T12:00:00Z',
  paths: ['/home/u'],
  links: [...wineLinks, ...ordinaryLinks],
  tree: treeOf([...FILES, ...linkRows(wineLinks), ...linkRows(ordinaryLinks)]),
};
