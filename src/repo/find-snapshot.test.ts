import { describe, expect, test } from 'vitest';
import { findSnapshot, parseSnapshotReference } from './find-snapshot.ts';
import { EVERY_SNAPSHOT } from './snapshot-filter.ts';
import { makeSnapshot } from './testing/make-snapshot.ts';

describe('parseSnapshotReference', () => {
  test.each([
    ['latest', { name: 'latest', path: '' }],
    ['abcd:/home', { name: 'abcd', path: '/home' }],
    ['abcd:a:b', { name: 'abcd', path: 'a:b' }],
    ['abcd:', { name: 'abcd', path: '' }],
    ['', { name: '', path: '' }],
  ])('splits %j at the first colon', (text, reference) => {
    expect(parseSnapshotReference(text)).toEqual(reference);
  });
});

describe('findSnapshot', () => {
  // Oldest first, the last two at the same time.
  const snapshots = [
    makeSnapshot('aaaa1111', { hostname: 'db' }),
    makeSnapshot('bbbb2222'),
    makeSnapshot('aaaa1112'),
    makeSnapshot('cccc3333'),
  ];
  const find = (name: string, filter = EVERY_SNAPSHOT) => findSnapshot(snapshots, name, filter).id;

  test('takes the last one for latest', () => {
    expect(find('latest')).toMatch(/^cccc/);
  });

  test('applies the filter to latest only', () => {
    expect(find('latest', { ...EVERY_SNAPSHOT, hosts: ['db'] })).toMatch(/^aaaa1111/);
    expect(find('bbbb', { ...EVERY_SNAPSHOT, hosts: ['db'] })).toMatch(/^bbbb/);
  });

  test('takes the start of an id, or the whole', () => {
    expect(find('b')).toMatch(/^bbbb/);
    expect(find('aaaa1111')).toMatch(/^aaaa1111/);
    expect(find('cccc3333'.padEnd(64, '0'))).toMatch(/^cccc/);
  });

  test('names the candidates of an ambiguous id, long enough to differ', () => {
    expect(() => find('aaaa111')).toThrow('Id "aaaa111" fits 2 snapshots: aaaa1111000, aaaa1112000');
  });

  test('names at most five candidates', () => {
    const many = Array.from({ length: 8 }, (_, at) => makeSnapshot(`ff${at}`));
    expect(() => findSnapshot(many, 'ff', EVERY_SNAPSHOT)).toThrow(/fits 8 snapshots: .* and 3 more$/);
  });

  test.each(['', 'dddd', 'AAAA', 'latest2'])('finds nothing for %j', (name) => {
    expect(() => find(name)).toThrow(`No snapshot has an id that starts with "${name}"`);
  });

  test('says which filter left nothing', () => {
    const filter = { ...EVERY_SNAPSHOT, hosts: ['mail'] };
    expect(() => find('latest', filter)).toThrow('No snapshot matches host "mail"');
    expect(() => findSnapshot([], 'latest', EVERY_SNAPSHOT)).toThrow('The repository holds no snapshot');
  });

  test('rejects with the code that callers tell by', () => {
    expect(() => find('dddd')).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});
