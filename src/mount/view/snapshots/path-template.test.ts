import { describe, expect, test } from 'vitest';
import { makeSnapshot } from '../testing/memory-repository.ts';
import { PathTemplate, validateTemplates } from './path-template.ts';

const TIME = '2021-01-01';
const SNAPSHOT = makeSnapshot({ id: '12345678ab', hostname: 'host', username: 'user', tags: ['a', 'b'] });
const LONG_ID = '12345678ab'.padEnd(64, '0');

describe('PathTemplate.expand()', () => {
  test.each<[string, string[], string]>([
    ['ids/%i', ['ids/12345678'], ''],
    ['longids/%I', [`longids/${LONG_ID}`], ''],
    ['snapshots/%T', ['snapshots/'], TIME],
    ['hosts/%h/%T', ['hosts/host/'], TIME],
    ['tags/%t/%T', ['tags/a/', 'tags/b/'], TIME],
    ['%t-%t', ['a-a', 'b-a', 'a-b', 'b-b'], ''],
    ['users/%u', ['users/user'], ''],
    ['%T/%h', ['2021-01-01/host'], ''],
    ['%T%T', ['2021-01-01'], TIME],
    ['%T', [''], TIME],
    ['a%%b%x%é/%', ['a%bxé/'], ''],
    ['static', ['static'], ''],
  ])('puts the snapshot at %s', (template, paths, timeSuffix) => {
    expect(new PathTemplate(template).expand(SNAPSHOT, TIME)).toEqual({ paths, timeSuffix });
  });

  test('gives a snapshot without tags no path after a template with %t', () => {
    expect(new PathTemplate('tags/%t/%T').expand(makeSnapshot({ tags: [] }), TIME).paths).toEqual([]);
  });

  test('makes names of several tags, and lets a lone one have its slashes', () => {
    const several = makeSnapshot({ tags: ['', '.', '..', 'a/b', '%.'] });
    expect(new PathTemplate('%t').expand(several, TIME).paths).toEqual(['_', '_', '__', 'a_b', '%.']);
    expect(new PathTemplate('%t').expand(makeSnapshot({ tags: ['a/b'] }), TIME).paths).toEqual(['a/b']);
  });
});

describe('PathTemplate.staticPrefix', () => {
  test.each([
    ['ids/%i', 'ids'],
    ['a/b/c-%h/%T', 'a/b'],
    ['id-%i', ''],
    ['%T/%h', ''],
    ['a/%%/%i', 'a/%'],
    ['no/verb', ''],
    ['/rooted/%T', '/rooted'],
  ])('of %s is %j', (template, prefix) => {
    expect(new PathTemplate(template).staticPrefix).toBe(prefix);
  });
});

describe('validateTemplates', () => {
  test('has nothing to say about templates that are fit for use', () => {
    expect(validateTemplates(['ids/%i', '%T'], '2006/01/02')).toBeUndefined();
  });

  test.each([
    [['%T'], '', 'The time template is empty'],
    [['%T'], '/2006', 'The time template "/2006" starts or ends with \'/\''],
    [['%T'], '2006/', 'The time template "2006/" starts or ends with \'/\''],
    [['%T', ''], '2006', 'A path template is empty'],
  ])('of %j and %j says what is wrong', (paths, time, complaint) => {
    expect(validateTemplates(paths, time)).toBe(complaint);
  });
});
