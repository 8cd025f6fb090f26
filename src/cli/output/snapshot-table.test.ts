import { describe, expect, test } from 'vitest';
import { makeSnapshot } from '../../repo/testing/make-snapshot.ts';
import { snapshotTable, timeZoneName } from './snapshot-table.ts';

const time = { seconds: new Date(2024, 2, 1, 8, 30).getTime() / 1000, nanoseconds: 0, offsetSeconds: 0 };
const one = makeSnapshot('abcd1234', { time, tags: ['a', 'b'], paths: ['/srv'] });
const two = makeSnapshot('ef567890', { time, hostname: 'a\x1b[31mb', paths: ['/srv', '/etc'] });

describe('snapshotTable', () => {
  test('has the columns of restic', () => {
    expect(snapshotTable([one], false, 'UTC').split('\n')).toEqual([
      'ID        Time                 Host        Tags        Paths',
      '------------------------------------------------------------',
      'abcd1234  2024-03-01 08:30:00  web         a,b         /srv',
      '------------------------------------------------------------',
      'Timestamps shown in UTC',
      '1 snapshots',
      '',
    ]);
  });

  test('sets snapshots with several paths apart and escapes what they hold', () => {
    const lines = snapshotTable([one, two], false, 'UTC').split('\n');
    expect(lines.slice(3, 6)).toEqual([
      '',
      'ef567890  2024-03-01 08:30:00  a\\x1b[31mb              /srv',
      '                                                       /etc',
    ]);
  });

  test('shows sizes where any snapshot has one', () => {
    const sized = makeSnapshot('12', { time, document: { summary: { total_bytes_processed: 2048 } } });
    const lines = snapshotTable([one, sized], true, 'UTC').split('\n');
    expect(lines[0]).toBe('ID        Time                 Host  Tags    Size');
    expect(lines.slice(2, 5)).toEqual([
      'abcd1234  2024-03-01 08:30:00  web   a',
      '                                     b',
      '12000000  2024-03-01 08:30:00  web           2.000 KiB',
    ]);
  });

  test('is a frame without rows for no snapshots', () => {
    expect(snapshotTable([], false, 'UTC')).toMatch(
      /^ID .*\n-+\n-+\nTimestamps shown in UTC\n0 snapshots\n$/,
    );
  });
});

test.each<[variables: NodeJS.ProcessEnv, name: string]>([
  [{}, 'local time'],
  [{ TZ: '' }, 'UTC'],
  [{ TZ: 'Europe/Berlin' }, 'Europe/Berlin'],
  [{ TZ: ':Asia/Tokyo' }, 'Asia/Tokyo'],
])('timeZoneName for %j is %s', (variables, name) => {
  expect(timeZoneName(variables)).toBe(name);
});
