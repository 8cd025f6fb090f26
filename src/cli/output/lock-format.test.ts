import { describe, expect, test } from 'vitest';
import type { ListedLock } from '../../repo/restic/lock/lock-list.ts';
import { lockObject, lockTable, lockText } from './lock-format.ts';
import { localTime } from './timestamps.ts';

const NOW = Date.parse('2026-11-20T09:00:00Z');
const lock = {
  time: Date.parse('2026-11-20T08:56:00.250Z'),
  exclusive: true,
  hostname: 'kasimir',
  username: 'fd0',
  pid: 99,
  uid: 1000,
  gid: 0,
};
const live: ListedLock = { id: '1a2b3c4d'.repeat(8), state: 'live', lock };
const stale: ListedLock = {
  id: '5e6f7a8b'.repeat(8),
  state: 'stale',
  reason: 'its process has ended',
  lock: { ...lock, exclusive: false, program: 'snapmount', process: 'boot/namespace/start' },
};
const unreadable: ListedLock = { id: 'cc'.repeat(32), state: 'unreadable', reason: 'Lock cc is empty' };

describe('Locks are shown', () => {
  test('as a table', () => {
    const since = localTime(lock.time / 1000);
    const [header, rule, ...rest] = lockTable([live, stale, unreadable], NOW).split('\n');
    expect(header).toBe('ID        Since                Age        Host     PID  User  Exclusive  State');
    expect(rest).toEqual([
      `1a2b3c4d  ${since}  4 minutes  kasimir  99   fd0   yes        live`,
      `5e6f7a8b  ${since}  4 minutes  kasimir  99   fd0   no         stale: its process has ended`,
      expect.stringMatching(/^cccccccc +unreadable$/),
      rule,
      '3 locks',
      '',
    ]);
  });

  test('safe for a terminal', () => {
    const hostile = { ...live, lock: { ...lock, hostname: 'a\x1b[2J', username: 'b\nc' } };
    expect(lockTable([hostile], NOW)).toContain('a\\x1b[2J');
    expect(lockTable([hostile], NOW)).toContain('b\\nc');
  });

  test('to programs, by the names that restic gives its fields', () => {
    expect(lockObject(live)).toEqual({
      id: live.id,
      time: '2026-11-20T08:56:00.250Z',
      exclusive: true,
      hostname: 'kasimir',
      username: 'fd0',
      pid: 99,
      uid: 1000,
      gid: 0,
      stale: false,
    });
    expect(lockObject(stale)).toMatchObject({
      program: 'snapmount',
      stale: true,
      reason: 'its process has ended',
    });
    expect(lockObject(unreadable)).toEqual({
      id: unreadable.id,
      unreadable: true,
      stale: false,
      reason: 'Lock cc is empty',
    });
  });

  test('in one line', () => {
    expect(lockText(live, NOW)).toBe(
      'lock 1a2b3c4d of PID 99 on kasimir by fd0, since 2026-11-20 08:56:00 UTC (4 minutes ago)',
    );
    expect(lockText(stale, NOW)).toMatch(/^lock 5e6f7a8b .*: its process has ended$/);
    expect(lockText(unreadable, NOW)).toBe('lock cccccccc, which cannot be read');
  });
});
