import { expect, test } from 'vitest';
import type { ListedLock } from '../../repo/restic/lock/lock-list.ts';
import { closingLines } from './unlock.ts';

const info = { time: 0, exclusive: false, hostname: 'h', username: 'u', pid: 1, uid: 0, gid: 0 };
const live: ListedLock = { id: 'a', state: 'live', lock: info };
const unreadable: ListedLock = { id: 'b', state: 'unreadable', reason: 'damaged' };

test.each<[chosen: number, stay: ListedLock[], removeAll: boolean, text: string]>([
  [0, [], false, 'No stale locks\n'],
  [0, [], true, 'No locks\n'],
  [2, [], false, ''],
  [1, [live], false, '1 live lock stays\n'],
  [0, [live, live], false, 'No stale locks\n2 live locks stay\n'],
  [
    0,
    [unreadable],
    false,
    "No stale locks\nLocks that cannot be read: 1; 'snapmount unlock --remove-all' removes all locks\n",
  ],
])('after %d removals with %j staying and --remove-all %s, unlock ends with %j', (...args) => {
  const [chosen, stay, removeAll, text] = args;
  expect(closingLines(chosen, stay, removeAll)).toBe(text);
});
