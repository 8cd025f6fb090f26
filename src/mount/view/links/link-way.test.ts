import { describe, expect, test } from 'vitest';
import { EntryKind } from '../../../entry-kind.ts';
import { encodeWineLink } from '../../../reparse/wine-link.ts';
import { makeTreeEntry, TreeTableBuilder } from '../../../repo/tree-table-builder.ts';
import { foldedEqual } from './folded-equal.ts';
import { findWay, type LinkPlace } from './link-way.ts';
import { shownTarget } from './shown-target.ts';
import { readStoredLink, type StoredLink } from './stored-link.ts';

const bytes = (text: string) => Buffer.from(text);

function placeOf(folder: string, { root = [], unseen = 0, showName }: Options): LinkPlace {
  const names = root.map(bytes);
  return {
    folder: folder.split('/').filter(Boolean).map(bytes),
    unseen,
    findInRoot: (name, ignoreCase) =>
      names.find((own) => own.equals(name)) ??
      (ignoreCase ? names.find((own) => foldedEqual(own, name)) : undefined),
    showName: (name) => (showName === undefined ? name : bytes(showName(Buffer.from(name).toString()))),
  };
}

function linkTo(target: Uint8Array | string, onWindows: boolean): StoredLink {
  const builder = new TreeTableBuilder();
  const linkTarget = typeof target === 'string' ? bytes(target) : target;
  builder.add(makeTreeEntry({ name: bytes('link'), kind: EntryKind.Symlink, linkTarget }));
  return readStoredLink(builder.finish(), 0, onWindows);
}

interface Options {
  readonly onWindows?: boolean;
  readonly root?: readonly string[];
  readonly unseen?: number;
  readonly contain?: boolean;
  readonly siblings?: readonly string[];
  readonly showName?: (name: string) => string;
}

function show(folder: string, target: string | Uint8Array, options: Options): string {
  const { onWindows = false, contain = false, siblings = [] } = options;
  const way = findWay(linkTo(target, onWindows), placeOf(folder, options), contain);
  const shown = shownTarget(way, (name) => siblings.includes(Buffer.from(name).toString()));
  return Buffer.from(shown).toString();
}

describe('a link of Windows', () => {
  const windows = { onWindows: true, root: ['C', 'e', '\\\\Files\\public'] };

  test.each<[folder: string, target: string, shown: string]>([
    ['C/Users', 'C:\\Users\\me', '../../C/Users/me'],
    ['C', 'C:\\', '../C'],
    ['', 'C:\\Windows', 'C/Windows'],
    ['C/a', 'c:\\Windows', '../../C/Windows'],
    ['C/a', 'E:\\data', '../../e/data'],
    ['C/a', 'C:/a\\b/c', '../../C/a/b/c'],
    ['C/a', 'C:\\a\\\\b\\', '../../C/a/b'],
    ['C/a', 'C:\\a\\.\\b\\..\\c', '../../C/a/c'],
    ['C/a', 'C:\\..\\..\\b', '../../C/b'],
    ['C/a', '\\\\?\\C:\\long', '../../C/long'],
    ['C/a', '\\??\\C:\\kernel', '../../C/kernel'],
    ['C/a', '\\Windows', '../../C/Windows'],
    ['C/a', '\\\\files\\PUBLIC\\docs', '../../\\\\Files\\public/docs'],
    ['C/a', '\\\\?\\UNC\\files\\public\\docs', '../../\\\\Files\\public/docs'],
    ['C/a/b', 'c\\d', 'c/d'],
    ['C/a/b', '..\\d', '../d'],
    ['C/a/b', 'x\\..\\d', 'd'],
    ['C/a/b', 'x\\..\\..\\d', '../d'],
    ['C/a/b', '..\\..\\..\\..\\d', '../../d'],
    ['C/a/b', '.', '.'],
    ['C/a/b', '..', '..'],
  ])('in %j to %j shows %j', (folder, target, shown) => {
    expect(show(folder, target, windows)).toBe(shown);
    expect(show(folder, target, { ...windows, contain: true })).toBe(shown);
  });

  test.each<[target: string, shown: string]>([
    ['D:\\data\\x', 'D:/data/x'],
    ['D:\\data\\..\\..\\..\\x', 'D:/x'],
    ['D:\\', 'D:'],
    ['C:me', 'C:/me'],
    ['\\\\server\\share\\x', '%outside/server/share/x'],
    [
      '\\\\?\\Volume{01234567-89AB-cdef-0123-456789abcdef}\\x',
      '%outside/Volume{01234567-89ab-cdef-0123-456789abcdef}/x',
    ],
    ['\\\\?\\GLOBALROOT\\Device\\x', '%outside/GLOBALROOT/Device/x'],
  ])('to %j outside the snapshot shows %j, which is not there', (target, shown) => {
    expect(show('C/a', target, windows)).toBe(shown);
    const text = shown.replace('%outside/', '');
    const siblings = [text.split('/')[0]!, '%outside'];
    expect(show('C/a', target, { ...windows, siblings })).toBe(`%%outside/${text}`);
  });

  test('never becomes an absolute path', () => {
    for (const target of ['\\', '\\\\', '\\\\?\\', '\\\\.\\', '/', '//', '\\??\\', '\\/x', 'C:', 'C:\\']) {
      for (const folder of ['', 'C/a', 'data']) {
        expect(show(folder, target, windows), `${folder} ${target}`).not.toMatch(/^\//);
        expect(show(folder, target, windows), `${folder} ${target}`).not.toBe('');
      }
    }
  });

  test('is one of a snapshot without a drive, too', () => {
    expect(show('data/x', '\\Windows', { onWindows: true, root: ['data'] })).toBe('%outside/Windows');
    expect(show('data/x', '..\\..\\..\\y', { onWindows: true, root: ['data'] })).toBe('../../y');
  });

  test('is known by its target where nothing else is known', () => {
    expect(show('C/a', 'C:\\b', { root: ['C'] })).toBe('../../C/b');
    expect(show('C/a', '\\\\s\\h', { root: ['C'] })).toBe('%outside/s/h');
    for (const target of ['C:b', 'C:/b', '\\b', 'a\\b', '..\\b', '1:\\b', 'é:\\b']) {
      expect(show('C/a', target, { root: ['C'] })).toBe(target);
    }
  });

  test('keeps bytes that are no UTF-8', () => {
    const way = findWay(
      linkTo(Buffer.from('C:\\\xff\xe9', 'latin1'), true),
      placeOf('C', { root: ['C'] }),
      false,
    );
    expect(Buffer.from(shownTarget(way, () => false)).toString('latin1')).toBe('../C/\xff\xe9');
  });

  test('stays below the folder that is mounted', () => {
    const mounted = { onWindows: true, root: ['C'], unseen: 2 };
    expect(show('C/Users/me', 'c:\\users\\other', mounted)).toBe('../other');
    expect(show('C/Users/me', 'C:\\Windows', mounted)).toBe('C:/Windows');
    expect(show('C/Users/me/a', '..\\..\\me', mounted)).toBe('../../me');
    expect(show('C/Users/me', '..\\..\\x', mounted)).toBe('%outside/C/x');
  });
});

describe('a link of POSIX', () => {
  const inside = { root: ['home', 'etc'] };

  test.each<[folder: string, target: string, rebased: string, contained: string]>([
    ['home/me', '/etc/passwd', '../../etc/passwd', '../../etc/passwd'],
    ['home/me', '/', '../..', '../..'],
    ['', '/etc', 'etc', 'etc'],
    ['', '/', '.', '.'],
    ['home/me', '/../etc', '../../etc', '../../etc'],
    ['home/me', '//etc//./passwd', '../../etc/passwd', '../../etc/passwd'],
    ['home/me', '/usr/bin', '/usr/bin', '%outside/usr/bin'],
    ['home/me', '/ETC', '/ETC', '%outside/ETC'],
    ['home/me', 'a/b', 'a/b', 'a/b'],
    ['home/me', '../../etc', '../../etc', '../../etc'],
    ['home/me', '../../../../etc', '../../etc', '../../etc'],
    ['home/me', '../../../usr', '../../../usr', '%outside/usr'],
    ['home/me', 'a/../b', 'a/../b', 'b'],
    ['home/me', 'a/../../../../../etc', 'a/../../../../../etc', '../../etc'],
    ['home/me', '/home/x/../../../etc', '../../home/x/../../../etc', '../../etc'],
    ['home/me', 'lit\\eral', 'lit\\eral', 'lit\\eral'],
    ['home/me', '/etc/C:\\x', '../../etc/C:\\x', '../../etc/C:\\x'],
  ])('in %j to %j: rebase shows %j, contain %j', (folder, target, rebased, contained) => {
    expect(show(folder, target, inside)).toBe(rebased);
    expect(show(folder, target, { ...inside, contain: true })).toBe(contained);
  });

  test('has the names that are shown', () => {
    const mapped = { root: ['home'], showName: (name: string) => name.replaceAll(':', '%') };
    expect(show('home/me', '../a:b/./../c:', mapped)).toBe('../a%b/./../c%');
    expect(show('home/me', '/home/a:b', mapped)).toBe('../../home/a%b');
    expect(show('home/me', '/usr/a:b', mapped)).toBe('/usr/a:b');
    expect(show('C/x', 'C:\\a:b', { ...mapped, onWindows: true, root: ['C'] })).toBe('../../C/a%b');
  });

  test('is contained in the folder that is mounted', () => {
    const mounted = { root: ['home'], unseen: 2, contain: true };
    expect(show('home/me', '/home/me/a', mounted)).toBe('a');
    expect(show('home/me/sub', '/home/me', mounted)).toBe('..');
    expect(show('home/me', '/home/other', mounted)).toBe('%outside/home/other');
    expect(show('home/me', '../other', mounted)).toBe('%outside/home/other');
    expect(show('home/me/sub', '../../me/a', mounted)).toBe('../a');
    expect(show('home/me', '../other', { ...mounted, contain: false })).toBe('../other');
  });
});

describe('a link of Wine', () => {
  const JUNCTION = 0xa0000003;
  const encode = (path: string, prefix?: string) =>
    encodeWineLink({
      tag: JUNCTION,
      folder: undefined,
      relative: !path.startsWith('/') && prefix === undefined,
      prefix: prefix === undefined ? undefined : bytes(prefix),
      path: bytes(path),
    });
  const wine = { root: ['home', 'mnt'] };

  test.each<[folder: string, path: string, prefix: string | undefined, shown: string]>([
    [
      'home/u/.wine/drive_c/users',
      '/drive_c/windows',
      '/home/u/.wine',
      '../../../../../home/u/.wine/drive_c/windows',
    ],
    ['mnt/old/drive_c/users', '/drive_c/windows', '/home/u/.wine', '../../../../mnt/old/drive_c/windows'],
    ['mnt/old/dosdevices', '', '/home/u/.wine', '../../../mnt/old'],
    ['mnt/old/drive_c', '/home/u/docs', undefined, '../../../home/u/docs'],
    ['mnt/old/drive_c', '/srv/docs', undefined, '/srv/docs'],
    ['mnt/elsewhere', '/drive_c/windows', '/home/u/.wine', '../../home/u/.wine/drive_c/windows'],
    ['mnt/elsewhere', '/drive_c/windows', '/gone/.wine', '/gone/.wine/drive_c/windows'],
    ['mnt/old/drive_c', 'sub/x', undefined, 'sub/x'],
  ])('in %j to %j of the prefix %j shows %j', (folder, path, prefix, shown) => {
    expect(show(folder, encode(path, prefix), wine)).toBe(shown);
  });

  test('is contained as any other', () => {
    const target = encode('/srv/docs');
    expect(show('mnt/old/drive_c', target, { ...wine, contain: true })).toBe('%outside/srv/docs');
  });

  test.each(['//etc', '/./etc', './/x', './x', `/${'/'.repeat(40)}etc`])(
    'is none where it is %j',
    (target) => {
      expect(linkTo(target, false)).toEqual({ origin: 'posix', target: new Uint8Array(bytes(target)) });
    },
  );
});
