/** Locks as people and programs are shown them. Pure but for the time zone. */

import { shortId } from '../../repo/find-snapshot.ts';
import { ageText, describeLock } from '../../repo/restic/lock/lock-file.ts';
import type { ListedLock } from '../../repo/restic/lock/lock-list.ts';
import { escapeText } from './escape.ts';
import { layOutTable } from './table.ts';
import { localTime } from './timestamps.ts';

const HEADINGS = ['ID', 'Since', 'Age', 'Host', 'PID', 'User', 'Exclusive', 'State'];

/** The lines of the whole table with its ends. `now` is in milliseconds. */
export function lockTable(locks: readonly ListedLock[], now: number): string {
  const rows = locks.map((listed) => cells(listed, now).map((cell) => [escapeText(cell)]));
  const table = layOutTable(HEADINGS, rows);
  const total = locks.length === 1 ? '1 lock' : `${locks.length} locks`;
  return [table.header, table.rule, ...table.rows.flat(), table.rule, total, ''].join('\n');
}

/** On one line, for a message: `lock 1a2b3c4d of PID 99 on kasimir by fd0, since ... (3 hours ago), its process has ended`. */
export function lockText(listed: ListedLock, now: number): string {
  const name = `lock ${shortId(listed.id)}`;
  if (listed.state === 'unreadable') return `${name}, which cannot be read`;
  const text = `${name} of ${describeLock(listed.lock, now)}`;
  return listed.state === 'stale' ? `${text}: ${listed.reason}` : text;
}

/** restic's names where restic has any. `reason` says why it is stale or cannot be read. */
export function lockObject(listed: ListedLock): Record<string, unknown> {
  const { id, state } = listed;
  if (state === 'unreadable') return { id, unreadable: true, stale: false, reason: listed.reason };
  const { time, program, process, ...fields } = listed.lock;
  return {
    id,
    time: new Date(time).toISOString(),
    ...fields,
    ...(program === undefined ? {} : { program }),
    stale: state === 'stale',
    ...(state === 'stale' ? { reason: listed.reason } : {}),
  };
}

function cells(listed: ListedLock, now: number): string[] {
  const id = shortId(listed.id);
  if (listed.state === 'unreadable') return [id, '', '', '', '', '', '', 'unreadable'];
  const { time, hostname, pid, username, exclusive } = listed.lock;
  const state = listed.state === 'stale' ? `stale: ${listed.reason}` : 'live';
  const since = localTime(Math.floor(time / 1000));
  return [id, since, ageText(now - time), hostname, String(pid), username, exclusive ? 'yes' : 'no', state];
}
