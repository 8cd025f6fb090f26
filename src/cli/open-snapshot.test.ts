import { describe, expect, test } from 'vitest';
import { readSnapshotPath } from './open-snapshot.ts';

describe('readSnapshotPath', () => {
  test.each<[argument: string, system: 'posix' | 'windows', path: string]>([
    ['latest', 'windows', ''],
    ['latest:', 'windows', ''],
    ['latest:/C/Users', 'windows', '/C/Users'],
    ['latest:C:\\Users\\me', 'windows', 'C/Users/me'],
    ['latest:C:/Users', 'windows', 'C/Users'],
    ['latest:c:', 'windows', 'c'],
    ['latest:\\folder\\größe', 'windows', '/folder/größe'],
    ['latest:CD:\\x', 'windows', 'CD:/x'],
    ['latest:C:\\Users', 'posix', 'C:\\Users'],
    ['latest:/a:b', 'posix', '/a:b'],
  ])('of %j for names of %s is %j', async (argument, system, path) => {
    const read = await readSnapshotPath(argument, { system, backslash: 'percent' });
    expect({ ...read, path: Buffer.from(read.path).toString() }).toEqual({ name: 'latest', path });
  });
});
