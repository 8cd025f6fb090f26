import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEnvironment } from './environment.ts';
import { type FilterFlags, resolveFilter } from './filter-options.ts';

const web = readEnvironment({ RESTIC_HOST: 'web' });

describe('resolveFilter', () => {
  test.each<[flags: FilterFlags, hosts: string[]]>([
    [{}, ['web']],
    [{ host: ['db'] }, ['db']],
    [{ host: [''] }, []],
    [{ host: ['', 'db'] }, ['', 'db']],
  ])('takes hosts from %j before RESTIC_HOST', (flags, hosts) => {
    expect(resolveFilter(flags, web).hosts).toEqual(hosts);
  });

  test('takes tags as lists and paths as written and made absolute', () => {
    const flags = { tag: ['a,b', 'c'], path: ['srv/', '/etc/../etc', 'C:\\Users'] };
    expect(resolveFilter(flags, readEnvironment({}))).toEqual({
      hosts: [],
      tagLists: [['a', 'b'], ['c']],
      paths: [
        ['srv/', resolve('srv')],
        ['/etc/../etc', '/etc'],
        ['C:\\Users', resolve('C:\\Users')],
      ],
    });
  });
});
