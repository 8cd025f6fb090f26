import { describe, expect, test } from 'vitest';
import {
  acceptsEverySnapshot,
  describeFilter,
  EVERY_SNAPSHOT,
  matchesFilter,
  parseTagList,
  type SnapshotFilter,
} from './snapshot-filter.ts';
import { makeSnapshot } from './testing/make-snapshot.ts';

const snapshot = makeSnapshot('a', { hostname: 'web', tags: ['daily', 'db'], paths: ['/srv', '/etc'] });
const untagged = makeSnapshot('b', { hostname: '', tags: [] });

describe('parseTagList', () => {
  test.each<[text: string, tags: string[]]>([
    ['a', ['a']],
    ['a, b ,c', ['a', 'b', 'c']],
    ['', ['']],
    ['a,', ['a', '']],
  ])('splits %j at commas and trims', (text, tags) => {
    expect(parseTagList(text)).toEqual(tags);
  });
});

describe('matchesFilter', () => {
  test.each<[what: string, filter: Partial<SnapshotFilter>, tagged: boolean, untagged: boolean]>([
    ['nothing: everything', {}, true, true],
    ['one of the hosts', { hosts: ['db', 'web'] }, true, false],
    ['another host', { hosts: ['db'] }, false, false],
    ['the empty host among others', { hosts: ['', 'db'] }, false, true],
    ['one tag', { tagLists: [['db']] }, true, false],
    ['all tags of a list', { tagLists: [['db', 'daily']] }, true, false],
    ['a list with a tag that is missing', { tagLists: [['db', 'weekly']] }, false, false],
    ['one of two lists', { tagLists: [['weekly'], ['db']] }, true, false],
    ['the empty tag: untagged only', { tagLists: [['']] }, false, true],
    ['untagged or tagged', { tagLists: [[''], ['db']] }, true, true],
    ['all paths', { paths: [['/etc'], ['/srv']] }, true, false],
    ['a path that is missing', { paths: [['/etc'], ['/var']] }, false, false],
    ['another spelling of a path', { paths: [['srv', '/srv']] }, true, true],
    ['host and tag', { hosts: ['web'], tagLists: [['weekly']] }, false, false],
  ])('accepts by %s', (_, filter, expected, expectedUntagged) => {
    expect(matchesFilter({ ...EVERY_SNAPSHOT, ...filter }, snapshot)).toBe(expected);
    expect(matchesFilter({ ...EVERY_SNAPSHOT, ...filter }, untagged)).toBe(expectedUntagged);
  });
});

test('acceptsEverySnapshot tells an empty filter from others', () => {
  expect(acceptsEverySnapshot(EVERY_SNAPSHOT)).toBe(true);
  expect(acceptsEverySnapshot({ ...EVERY_SNAPSHOT, tagLists: [['']] })).toBe(false);
});

test('describeFilter names every criterion', () => {
  const filter = { hosts: ['web'], tagLists: [['a', 'b'], ['c']], paths: [['srv', '/work/srv']] };
  expect(describeFilter(filter)).toBe('host "web", tag "a,b", tag "c", path "srv"');
});
