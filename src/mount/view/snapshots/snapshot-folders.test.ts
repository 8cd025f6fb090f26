import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../repo/repository.ts';
import { makeNameRule, POSIX } from '../names/make-name-rule.ts';
import type { NameOptions } from '../names/name-rule.ts';
import { makeSnapshot } from '../testing/memory-repository.ts';
import { DEFAULT_PATH_TEMPLATES, DEFAULT_TIME_TEMPLATE } from './path-template.ts';
import { type Place, SnapshotFoldersBuilder } from './snapshot-folders.ts';

const EVE = makeSnapshot({ id: 'aa', time: '2020-12-31T00:00:01Z', hostname: 'h1', tags: ['a', 'b'] });
const NEW_YEAR = makeSnapshot({ id: 'bb', time: '2021-01-01T00:00:01Z', hostname: 'h1', tags: ['x/y'] });
const TWIN = makeSnapshot({ id: 'cc', time: '2021-01-01T00:00:01Z', hostname: 'h2', tags: ['x/y', '..'] });

/** Each place as a line: `path/`, `path = id`, `path -> target`; folders only where nothing is in them. */
function lines(place: Place, path = ''): string[] {
  if (place.link !== undefined) return [`${path} -> ${place.link.target}`];
  if (place.snapshot !== undefined) return [`${path} = ${place.snapshot.id.slice(0, 2)}`];
  if (place.children.size === 0) return [`${path}/`];
  return [...place.children].flatMap(([name, child]) => lines(child, `${path}/${name}`)).sort();
}

function build(
  templates: readonly string[],
  timeTemplate: string,
  snapshots: readonly Snapshot[],
  names = POSIX,
): Place {
  const builder = new SnapshotFoldersBuilder(templates, timeTemplate, makeNameRule(names));
  for (const snapshot of snapshots) builder.add(snapshot);
  return builder.root();
}

describe('SnapshotFoldersBuilder', () => {
  test('makes the folders of restic mount by default', () => {
    expect(lines(build(DEFAULT_PATH_TEMPLATES, DEFAULT_TIME_TEMPLATE, [EVE, NEW_YEAR, TWIN]))).toEqual([
      '/hosts/h1/2020-12-31T00:00:01Z = aa',
      '/hosts/h1/2021-01-01T00:00:01Z = bb',
      '/hosts/h1/latest -> 2021-01-01T00:00:01Z',
      '/hosts/h2/2021-01-01T00:00:01Z = cc',
      '/hosts/h2/latest -> 2021-01-01T00:00:01Z',
      '/ids/aa000000 = aa',
      '/ids/bb000000 = bb',
      '/ids/cc000000 = cc',
      '/snapshots/2020-12-31T00:00:01Z = aa',
      '/snapshots/2021-01-01T00:00:01Z = bb',
      '/snapshots/2021-01-01T00:00:01Z-1 = cc',
      '/snapshots/latest -> 2021-01-01T00:00:01Z-1',
      '/tags/__/2021-01-01T00:00:01Z = cc',
      '/tags/__/latest -> 2021-01-01T00:00:01Z',
      '/tags/a/2020-12-31T00:00:01Z = aa',
      '/tags/a/latest -> 2020-12-31T00:00:01Z',
      '/tags/b/2020-12-31T00:00:01Z = aa',
      '/tags/b/latest -> 2020-12-31T00:00:01Z',
      '/tags/x/y/2021-01-01T00:00:01Z = bb',
      '/tags/x/y/latest -> 2021-01-01T00:00:01Z',
      '/tags/x_y/2021-01-01T00:00:01Z = cc',
      '/tags/x_y/latest -> 2021-01-01T00:00:01Z',
    ]);
  });

  test('shows fixed folders without snapshots', () => {
    const root = build([...DEFAULT_PATH_TEMPLATES, 'by/user-%u', 'x-%i', '%T/%h'], '2006', []);
    expect(lines(root)).toEqual(['/by/', '/hosts/', '/ids/', '/snapshots/', '/tags/']);
  });

  test('makes folders of slashes in the time, numbers equal names, points latest at the newest', () => {
    expect(lines(build(['s/%T', '%T/%h'], '2006/01', [EVE, NEW_YEAR, TWIN]))).toEqual([
      '/2020/12/h1 = aa',
      '/2021/01/h1 = bb',
      '/2021/01/h2 = cc',
      '/s/2020/12 = aa',
      '/s/2021/01 = bb',
      '/s/2021/01-1 = cc',
      '/s/latest -> 2021/01-1',
    ]);
  });

  test.each<[string, string, string[]]>([
    // restic leaves the snapshots of this one out, and shows a link to nothing.
    ['%T', '2006', ['/2020 = aa', '/latest -> 2020']],
    // restic's link lies in the same folder, but points to nothing.
    ['%h-%T', '2006', ['/h1-/latest -> ../h1-2020', '/h1-2020 = aa']],
    ['a/%%/%i/', '2006', ['/a/%/aa000000 = aa']],
    ['x/%T', '../y/./2006//01', ['/x/latest -> ../y/2020/12', '/y/2020/12 = aa']],
  ])('puts a snapshot at %s', (template, timeTemplate, expected) => {
    expect(lines(build([template], timeTemplate, [EVE]))).toEqual(expected);
  });

  test.each<[string, string[]]>([
    ['a/b', ['/hosts/a/b/T = aa', '/hosts/a/b/latest -> T']],
    ['.', ['/hosts/T = aa', '/hosts/latest -> T']],
    ['', ['/hosts/T = aa', '/hosts/latest -> T']],
    ['../up', ['/hosts/', '/up/T = aa', '/up/latest -> T']],
    ['../../../etc', ['/etc/T = aa', '/etc/latest -> T', '/hosts/']],
    ['a\0b', ['/hosts/a%b/T = aa', '/hosts/a%b/latest -> T']],
    ['..\\..\\etc', ['/hosts/..%..%etc/T = aa', '/hosts/..%..%etc/latest -> T']],
  ])('keeps host %j within the mount', (hostname, expected) => {
    expect(lines(build(['hosts/%h/%T'], 'T', [{ ...EVE, hostname }]))).toEqual(expected);
  });

  test('never puts one snapshot over another, nor over the root', () => {
    const hosts = ['.', '.', 'x/../', 'h', './h', 'h/'];
    const snapshots = hosts.map((hostname, number) => makeSnapshot({ id: `${number}0`, hostname }));
    expect(lines(build(['%h'], 'T', snapshots))).toEqual([
      '/-1 = 00',
      '/-2 = 10',
      '/-3 = 20',
      '/h = 30',
      '/h-1 = 40',
      '/h-2 = 50',
    ]);
  });

  test('gives the next number that is free when a name with a number is taken', () => {
    const names = ['h', 'h-1', 'h', 'h'];
    const snapshots = names.map((hostname, number) => makeSnapshot({ id: `${number}0`, hostname }));
    expect(lines(build(['%h'], 'T', snapshots))).toEqual(['/h = 00', '/h-1 = 10', '/h-2 = 20', '/h-3 = 30']);
  });

  test('never holds what Windows cannot, where the names are for it', () => {
    const windows: NameOptions = { system: 'windows', backslash: 'percent' };
    const snapshots = [
      { ...EVE, hostname: 'a?b', tags: ['x:y'] },
      { ...NEW_YEAR, hostname: 'A?B', tags: ['x-y'] },
      { ...TWIN, hostname: 'nul', tags: ['x:y'] },
    ];
    expect(lines(build(DEFAULT_PATH_TEMPLATES, DEFAULT_TIME_TEMPLATE, snapshots, windows))).toEqual(
      [
        '/hosts/A\uf03fB%2/2021-01-01T00-00-01Z = bb',
        '/hosts/A\uf03fB%2/latest -> 2021-01-01T00-00-01Z',
        '/hosts/a\uf03fb/2020-12-31T00-00-01Z = aa',
        '/hosts/a\uf03fb/latest -> 2020-12-31T00-00-01Z',
        '/hosts/nu\uf06c/2021-01-01T00-00-01Z = cc',
        '/hosts/nu\uf06c/latest -> 2021-01-01T00-00-01Z',
        '/ids/aa000000 = aa',
        '/ids/bb000000 = bb',
        '/ids/cc000000 = cc',
        '/snapshots/2020-12-31T00-00-01Z = aa',
        '/snapshots/2021-01-01T00-00-01Z = bb',
        '/snapshots/2021-01-01T00-00-01Z-1 = cc',
        '/snapshots/latest -> 2021-01-01T00-00-01Z-1',
        '/tags/x-y%2/2021-01-01T00-00-01Z = bb',
        '/tags/x-y%2/latest -> 2021-01-01T00-00-01Z',
        '/tags/x-y/2020-12-31T00-00-01Z = aa',
        '/tags/x-y/2021-01-01T00-00-01Z = cc',
        '/tags/x-y/latest -> 2021-01-01T00-00-01Z',
      ].sort(),
    );
  });

  test('gives names that differ only in case numbers in a time that grows with their number', () => {
    const letters = 'abcdefghijklm';
    const tags = Array.from({ length: 2 ** letters.length }, (_, number) =>
      Array.from(letters, (letter, bit) => ((number >> bit) & 1 ? letter.toUpperCase() : letter)).join(''),
    );
    const root = build(['%t/%i'], 'T', [{ ...EVE, tags }], { system: 'windows', backslash: 'percent' });
    const names = [...root.children.keys()];
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(tags.length);
  });

  test('keeps a snapshot that is called latest', () => {
    const snapshot = { ...EVE, hostname: 'latest' };
    expect(lines(build(['%h', '%T'], '2006', [snapshot]))).toEqual(['/2020 = aa', '/latest = aa']);
  });

  test('dates each folder by its newest snapshot', () => {
    const root = build(['hosts/%h/%T'], '2006-01-02', [EVE, { ...NEW_YEAR, hostname: 'h2' }]);
    const hosts = root.children.get('hosts');
    expect(root.newest).toEqual(NEW_YEAR.time);
    expect(hosts?.children.get('h1')?.newest).toEqual(EVE.time);
    expect(hosts?.children.get('h2')?.newest).toEqual(NEW_YEAR.time);
  });

  test('places many snapshots of one name in a time that grows with their number', () => {
    const snapshots = Array.from({ length: 20_000 }, (_, number) => makeSnapshot({ id: String(number) }));
    expect(build(['all'], 'T', snapshots).children.size).toBe(20_000);
  });
});
