/**
 * The JSON document of a lock (restic's design document, "Locks") and what to say about it. Pure: where locks
 * lie and when they are made is the business of lock.ts.
 */

import { RepositoryError } from '../../errors.ts';

export interface LockInfo {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly exclusive: boolean;
  readonly hostname: string;
  readonly username: string;
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** Older than this, a lock is stale wherever it was made: its process should have refreshed it every 5 minutes. */
export const STALE_AFTER_MS = 30 * 60_000;

export function encodeLock(lock: LockInfo): Uint8Array {
  const document = {
    time: new Date(lock.time).toISOString(),
    exclusive: lock.exclusive,
    hostname: lock.hostname,
    username: lock.username,
    pid: lock.pid,
    // restic leaves out zeros.
    ...(lock.uid === 0 ? {} : { uid: lock.uid }),
    ...(lock.gid === 0 ? {} : { gid: lock.gid }),
  };
  return Buffer.from(JSON.stringify(document));
}

/** Throws RepositoryError `damaged` for anything that is not a lock. */
export function decodeLock(json: Uint8Array): LockInfo {
  const document: unknown = parse(json);
  if (typeof document !== 'object' || document === null) throw notALock('it is not an object');
  const fields = document as Record<string, unknown>;
  const time = Date.parse(text(fields, 'time'));
  if (Number.isNaN(time)) throw notALock('its time cannot be read');
  return {
    time,
    exclusive: fields.exclusive === true,
    hostname: text(fields, 'hostname'),
    username: text(fields, 'username'),
    pid: count(fields, 'pid'),
    uid: count(fields, 'uid'),
    gid: count(fields, 'gid'),
  };
}

/** `PID 13607 on kasimir by fd0, since 2026-11-20 09:12:03 (4 minutes ago)`, for one line of a message. */
export function describeLock(lock: LockInfo, now: number): string {
  const since = new Date(lock.time).toISOString().slice(0, 19).replace('T', ' ');
  const minutes = Math.max(0, Math.round((now - lock.time) / 60_000));
  const age = minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
  return `PID ${lock.pid} on ${lock.hostname} by ${lock.username}, since ${since} UTC (${age} ago)`;
}

function parse(json: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString());
  } catch (error) {
    throw notALock('it is not JSON', error);
  }
}

function text(fields: Record<string, unknown>, name: string): string {
  const value = fields[name] ?? '';
  if (typeof value !== 'string') throw notALock(`its ${name} is not a text`);
  return value;
}

function count(fields: Record<string, unknown>, name: string): number {
  const value = fields[name] ?? 0;
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw notALock(`its ${name} is not a number`);
  return value;
}

function notALock(why: string, cause?: unknown): RepositoryError {
  return new RepositoryError('damaged', `Not a lock file: ${why}`, { cause });
}
