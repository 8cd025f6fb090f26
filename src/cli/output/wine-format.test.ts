import { expect, test } from 'vitest';
import { decodeReparseBuffer } from '../../reparse/reparse-buffer.ts';
import { ReparseTag } from '../../reparse/reparse-tags.ts';
import type { WineLink } from '../../reparse/wine-link.ts';
import { wineObject, wineText } from './wine-format.ts';

const symlink: WineLink = {
  tag: ReparseTag.Symlink,
  folder: true,
  relative: false,
  prefix: Buffer.from('/home/u/.wine'),
  path: Buffer.from('/drive_c/a'),
};

test('a link of Wine is explained with what Windows would see', () => {
  expect(wineText(symlink)).toBe(`\
Kind             symbolic link of Wine to a folder, absolute
Tag              0xa000000c IO_REPARSE_TAG_SYMLINK (of Microsoft, stands for another name)
Unix target      /home/u/.wine/drive_c/a
Wine prefix      /home/u/.wine
Substitute name  \\??\\C:\\a
Print name       C:\\a
Leads to         a, from drive C:
`);
});

test('programs get its parts and the reparse buffer', () => {
  const object = wineObject(symlink);
  expect(object).toMatchObject({
    folder: true,
    relative: false,
    path: '/drive_c/a',
    prefix: '/home/u/.wine',
  });
  const { buffer } = object.reparse_point as { readonly buffer: string };
  expect(decodeReparseBuffer(Buffer.from(buffer, 'base64'))).toMatchObject({ substituteName: '\\??\\C:\\a' });
});

test.each<[what: string, link: WineLink]>([
  ['not UTF-8', { ...symlink, path: Buffer.of(0x2f, 0xff) }],
  ['longer than Windows takes', { ...symlink, path: Buffer.from(`/${'a'.repeat(10_000)}`) }],
  ['of another tag', { ...symlink, tag: 0x80000017, folder: undefined }],
])('a path that is %s has no reparse buffer', (_what, link) => {
  expect(wineObject(link)).not.toHaveProperty('reparse_point');
  expect(wineText(link)).toContain('Unix target');
});
