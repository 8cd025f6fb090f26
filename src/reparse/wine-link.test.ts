import { describe, expect, test } from 'vitest';
import { belowOf, randomWineLink } from './testing/random-points.ts';
import { decodeWineLink, encodeWineLink, plainTarget, type WineLink } from './wine-link.ts';

// The steps of both tags that Wine makes, written out; least significant bit first.
const MOUNT_POINT = `././${'/'.repeat(27)}.//./`;
const SYMLINK = `//././${'/'.repeat(25)}.//./`;
const FOLDER = './';
const FILE = '/';
const MARKER = '////.//.//';

interface Row {
  readonly target: string;
  readonly link: Omit<WineLink, 'prefix' | 'path'> & { readonly prefix?: string; readonly path: string };
  readonly plain: string;
}

const junction = { tag: 0xa0000003, folder: undefined, relative: false };
const symlink = { tag: 0xa000000c, folder: false, relative: false };

const ROWS: readonly Row[] = [
  {
    target: `/${MOUNT_POINT}/home/u/.wine${MARKER}/drive_c/windows`,
    link: { ...junction, prefix: '/home/u/.wine', path: '/drive_c/windows' },
    plain: '/home/u/.wine/drive_c/windows',
  },
  { target: `/${MOUNT_POINT}/srv/data`, link: { ...junction, path: '/srv/data' }, plain: '/srv/data' },
  {
    target: `/${MOUNT_POINT}/home/u/.wine${MARKER}`,
    link: { ...junction, prefix: '/home/u/.wine', path: '' },
    plain: '/home/u/.wine',
  },
  {
    target: `/${SYMLINK}${FILE}/home/u/.wine${MARKER}/drive_c/a.txt`,
    link: { ...symlink, prefix: '/home/u/.wine', path: '/drive_c/a.txt' },
    plain: '/home/u/.wine/drive_c/a.txt',
  },
  {
    target: `/${SYMLINK}${FOLDER}/srv`,
    link: { ...symlink, folder: true, path: '/srv' },
    plain: '/srv',
  },
  {
    target: `./${SYMLINK}${FILE}../b/a.txt`,
    link: { ...symlink, relative: true, path: '../b/a.txt' },
    plain: '../b/a.txt',
  },
  {
    target: `./${SYMLINK}${FOLDER}./a`,
    link: { ...symlink, folder: true, relative: true, path: './a' },
    plain: './a',
  },
  {
    // Relative paths have no marker: this is a path that Unix takes as `a/./b`.
    target: `./${SYMLINK}${FILE}a${MARKER}/b`,
    link: { ...symlink, relative: true, path: `a${MARKER}/b` },
    plain: `a${MARKER}/b`,
  },
];

describe('decodeWineLink', () => {
  test.each(ROWS)('reads $target', ({ target, link, plain }) => {
    const decoded = decodeWineLink(bytes(target))!;
    expect(asText(decoded)).toEqual(link);
    expect(text(plainTarget(decoded))).toBe(plain);
  });

  test.each([
    '',
    '/',
    './',
    '..',
    'a',
    '/etc/passwd',
    './a',
    '../a',
    '/./a',
    '//server/share',
    '/'.repeat(34),
    `/${'/'.repeat(40)}etc`,
    `./${'/'.repeat(40)}etc`,
    `/${'./'.repeat(40)}etc`,
    `/${'./'.repeat(32)}/etc`,
    // Reserved bits, and tags 1 and 2.
    `/${'/'.repeat(16)}./${'/'.repeat(15)}/etc`,
    `/./${'/'.repeat(31)}/etc`,
    `//./${'/'.repeat(30)}/etc`,
    // Cut off: within the tag, behind it, before the step of the kind, and without a path.
    `/${MOUNT_POINT.slice(0, -3)}`,
    `/${MOUNT_POINT}`,
    `/${SYMLINK}`,
    `/${SYMLINK}${FILE}`,
    `./${SYMLINK}${FOLDER}`,
    // Names and `..` among the steps, and an absolute link whose path is not.
    `/${MOUNT_POINT.replace('./', '../')}/etc`,
    `/a/${MOUNT_POINT}/etc`,
    `${MOUNT_POINT}/etc`,
    `/${MOUNT_POINT}etc`,
    `/${SYMLINK}${FOLDER}etc`,
  ])('takes %j for an ordinary link', (target) => {
    expect(decodeWineLink(bytes(target))).toBeUndefined();
  });

  test('takes a link with fewer steps than a tag has bits for an ordinary one', () => {
    const below = belowOf(11);
    for (let round = 0; round < 20_000; round += 1) {
      const steps = Array.from({ length: below(32) }, () => (below(2) === 0 ? '/' : './')).join('');
      const target =
        (below(2) === 0 ? '/' : './') + steps + ['usr', '..', '.a', '.'][below(4)] + '/lib'.repeat(below(9));
      expect(decodeWineLink(bytes(target))).toBeUndefined();
    }
  });

  test('keeps tags that it does not know', () => {
    const encoded = encodeWineLink({ ...junction, tag: 0x80000017, prefix: undefined, path: bytes('/a') });
    expect(asText(decodeWineLink(encoded)!)).toEqual({ ...junction, tag: 0x80000017, path: '/a' });
  });

  test('keeps names in any bytes', () => {
    const target = Buffer.concat([bytes(`/${MOUNT_POINT}/`), Buffer.of(0xff, 0x80, 0xc3), bytes('/b')]);
    expect(decodeWineLink(target)!.path).toEqual(Uint8Array.of(0x2f, 0xff, 0x80, 0xc3, 0x2f, 0x62));
  });
});

describe('encodeWineLink', () => {
  test.each(ROWS)('writes $target', ({ target, link }) => {
    const { prefix, path, ...rest } = link;
    const encoded = encodeWineLink({
      ...rest,
      prefix: prefix === undefined ? prefix : bytes(prefix),
      path: bytes(path),
    });
    expect(text(encoded)).toBe(target);
  });

  test('writes what decodeWineLink reads as the same link', () => {
    const below = belowOf(12);
    for (let round = 0; round < 20_000; round += 1) {
      const link = randomWineLink(below);
      const decoded = decodeWineLink(encodeWineLink(link));
      expect(decoded && asText(decoded)).toEqual(asText(link));
    }
  });

  const link = { ...junction, prefix: undefined, path: bytes('/a') };
  test.each<[what: string, link: WineLink, message: string]>([
    ['a tag that Windows does not allow', { ...link, tag: 0 }, 'needs a reparse tag'],
    ['a junction to a file', { ...link, folder: false }, 'Whether it leads to a folder'],
    ['a symlink to neither', { ...link, tag: 0xa000000c }, 'Whether it leads to a folder'],
    ['an empty path', { ...link, path: bytes('') }, 'cannot lead to ""'],
    ['an absolute link without one', { ...link, path: bytes('a') }, 'cannot lead to "a"'],
    ['a relative link into a prefix', { ...link, relative: true, prefix: bytes('/p') }, 'cannot lead to'],
    ['a path with the marker in it', { ...link, path: bytes(`/p${MARKER}/a`) }, 'cannot lead to'],
    ['a prefix with the marker in it', { ...link, prefix: bytes(`/p${MARKER}/a`) }, 'cannot lead to'],
    ['a prefix that makes one', { ...link, prefix: bytes('/x////.//./') }, 'cannot lead to'],
    ['an empty prefix', { ...link, prefix: bytes('') }, 'cannot lead to'],
    [
      'a path that goes on in the name of the prefix',
      { ...link, prefix: bytes('/p'), path: bytes('a') },
      'lead to',
    ],
  ])('refuses %s', (_what, refused, message) => {
    expect(() => encodeWineLink(refused)).toThrow(message);
  });
});

test('plainTarget follows a prefix that has moved, and nothing else', () => {
  const inside = decodeWineLink(bytes(ROWS[0]!.target))!;
  const outside = decodeWineLink(bytes(ROWS[1]!.target))!;
  expect(text(plainTarget(inside, bytes('/mnt/home/u/.wine')))).toBe('/mnt/home/u/.wine/drive_c/windows');
  expect(text(plainTarget(outside, bytes('/mnt/home/u/.wine')))).toBe('/srv/data');
});

function asText({ prefix, path, ...rest }: WineLink) {
  return { ...rest, ...(prefix ? { prefix: text(prefix) } : {}), path: text(path) };
}

function bytes(value: string): Uint8Array {
  return Buffer.from(value, 'latin1');
}

function text(value: Uint8Array): string {
  return Buffer.from(value).toString('latin1');
}
