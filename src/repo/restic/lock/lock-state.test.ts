import { expect, test } from 'vitest';
import type { ProcessState } from '../../../process-identity.ts';
import { judgeLock } from './lock-state.ts';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-20T09:00:00Z');
const lock = { exclusive: false, hostname: 'here', username: 'me', pid: 7, uid: 0, gid: 0 };

test.each<[host: string, process: ProcessState, minutes: number, stale: string | undefined]>([
  ['here', 'alive', 0, undefined],
  ['here', 'alive', 30, undefined],
  ['here', 'alive', 31, 'older than 30 minutes'],
  ['here', 'gone', 0, 'its process has ended'],
  ['here', 'gone', 31, 'its process has ended'],
  ['here', 'unknown', 30, undefined],
  ['here', 'unknown', 31, 'older than 30 minutes'],
  // Numbers of processes mean nothing on another host.
  ['there', 'gone', 30, undefined],
  ['there', 'gone', 31, 'older than 30 minutes'],
  ['there', 'alive', 31, 'older than 30 minutes'],
  // Made by a clock that is ahead of ours.
  ['there', 'alive', -600, undefined],
])(
  'a lock of %s whose process is %s, %d minutes old, is stale: %s',
  async (hostname, process, age, stale) => {
    const made = { ...lock, hostname, time: NOW - age * MINUTE };
    const here = { hostname: 'here', processState: async () => process };
    expect((await judgeLock(made, NOW, here)).stale).toBe(stale);
  },
);

test('judgeLock asks for the process by what the lock says of it', async () => {
  const asked: unknown[] = [];
  const processState = async (...question: unknown[]) => {
    asked.push(question);
    return 'alive' as const;
  };
  const made = { ...lock, time: NOW, process: 'boot/namespace/start' };
  await judgeLock(made, NOW, { hostname: 'here', processState });
  await judgeLock({ ...lock, time: NOW }, NOW, { hostname: 'here', processState });
  await judgeLock({ ...made, hostname: 'there' }, NOW, { hostname: 'here', processState });
  expect(asked).toEqual([
    [7, 'boot/namespace/start'],
    [7, undefined],
  ]);
});
