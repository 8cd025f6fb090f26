import { expect, test } from 'vitest';
import { ReparseTag } from './reparse-tags.ts';
import type { WineLink } from './wine-link.ts';
import { wineReparsePoint } from './wine-reparse-point.ts';

const junction = { tag: ReparseTag.MountPoint, folder: undefined, relative: false };
const symlink = { tag: ReparseTag.Symlink, folder: true, relative: false };
const prefix = Buffer.from('/home/u/.wine');

test.each<[link: Omit<WineLink, 'path'>, path: string, windowsPath: string]>([
  [{ ...junction, prefix }, '/drive_c/windows', 'C:\\windows'],
  [{ ...junction, prefix }, '/drive_c', 'C:\\'],
  [{ ...junction, prefix }, '/dosdevices/d:/a/b', 'D:\\a\\b'],
  [{ ...junction, prefix }, '/drive_cd/a', 'Z:\\home\\u\\.wine\\drive_cd\\a'],
  [{ ...junction, prefix }, '', 'Z:\\home\\u\\.wine'],
  [{ ...symlink, prefix: undefined }, '/srv/data', 'Z:\\srv\\data'],
  [{ ...symlink, prefix: undefined }, '/drive_c/a', 'Z:\\drive_c\\a'],
])('of %j with the path %j leads to %s', (link, path, windowsPath) => {
  const names = { substituteName: `\\??\\${windowsPath}`, printName: windowsPath };
  const point = wineReparsePoint({ ...link, path: Buffer.from(path) });
  if (link.tag === ReparseTag.MountPoint) expect(point).toEqual({ kind: 'mount-point', ...names });
  else expect(point).toEqual({ kind: 'symlink', ...names, relative: false, reservedFlags: 0 });
});

test('a relative link stays relative', () => {
  const link = { ...symlink, relative: true, prefix: undefined, path: Buffer.from('../b/a.txt') };
  const name = '..\\b\\a.txt';
  expect(wineReparsePoint(link)).toEqual({
    kind: 'symlink',
    substituteName: name,
    printName: name,
    relative: true,
    reservedFlags: 0,
  });
});

test.each<[what: string, link: WineLink]>([
  ['another tag', { ...junction, tag: 0x80000017, prefix, path: Buffer.from('/drive_c/a') }],
  ['a path that is not UTF-8', { ...junction, prefix, path: Buffer.of(0x2f, 0xff) }],
  [
    'a prefix that is not UTF-8',
    { ...junction, prefix: Buffer.of(0x2f, 0xff), path: Buffer.from('/drive_c') },
  ],
  ['a name with a backslash', { ...junction, prefix, path: Buffer.from('/drive_c/a\\b') }],
])('%s has no Windows path', (_what, link) => {
  expect(wineReparsePoint(link)).toBeUndefined();
});
