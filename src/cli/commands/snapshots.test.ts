import { describe, expect, test } from 'vitest';
import { EVERY_SNAPSHOT } from '../../repo/snapshot-filter.ts';
import { makeSnapshot } from '../../repo/testing/make-snapshot.ts';
import { chooseSnapshots, latestOfEach } from './snapshots.ts';

const all = [
  makeSnapshot('a1', { paths: ['/etc', '/srv'] }),
  makeSnapshot('b2', { hostname: 'db' }),
  makeSnapshot('c3', { paths: ['/srv', '/etc'] }),
  makeSnapshot('d4', { hostname: 'db' }),
];
const web = { ...EVERY_SNAPSHOT, hosts: ['web'] };

function ids(snapshots: readonly { readonly id: string }[]): string[] {
  return snapshots.map(({ id }) => id.slice(0, 2));
}

describe('chooseSnapshots', () => {
  test('takes all that the filter accepts, in their order', () => {
    expect(ids(chooseSnapshots(all, [], EVERY_SNAPSHOT))).toEqual(['a1', 'b2', 'c3', 'd4']);
    expect(ids(chooseSnapshots(all, [], web))).toEqual(['a1', 'c3']);
  });

  test('takes ids once each, in the order of the list', () => {
    expect(ids(chooseSnapshots(all, ['d4', 'a', 'latest'], EVERY_SNAPSHOT))).toEqual(['a1', 'd4']);
    expect(ids(chooseSnapshots(all, ['latest'], web))).toEqual(['c3']);
  });

  test('refuses filters that would do nothing, and folders', () => {
    expect(() => chooseSnapshots(all, ['a1'], web)).toThrow(/choose nothing when ids are given/);
    expect(() => chooseSnapshots(all, ['a1:/srv'], EVERY_SNAPSHOT)).toThrow(/names a folder/);
    expect(() => chooseSnapshots(all, ['zz'], EVERY_SNAPSHOT)).toThrow(/starts with "zz"/);
  });
});

test('latestOfEach keeps the newest of each host and set of paths', () => {
  expect(ids(latestOfEach(all, 1))).toEqual(['c3', 'd4']);
  expect(ids(latestOfEach(all, 2))).toEqual(['a1', 'b2', 'c3', 'd4']);
  expect(latestOfEach(all, undefined)).toBe(all);
});
