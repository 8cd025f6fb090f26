/**
 * The JSON document of a lock (restic's design document, "Locks") and what to say about it. Pure: where locks
 * lie, who makes them and which are stale is the business of others.
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
  /** What made the lock. Ours alone: restic neither writes nor minds it. */
  readonly program?: string;
  /** The `processIdentity` of `pid`, which a number that is used again does not share. Ours alone, too. */
  readonly process?: string;
}

const MINUTE = 60_000;

/** The `program` of our locks. */
export const OUR_PROGRAM = 'snapmount';

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
    ...(lock.program === undefined ? {} : { program: lock.program }),
    ...(lock.process === undefined ? {} : { process: lock.process }),
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
  const program = textOrNothing(fields.program);
  const process = textOrNothing(fields.process);
  return {
    time,
    exclusive: fields.exclusive === true,
    hostname: text(fields, 'hostname'),
    username: text(fields, 'username'),
    pid: count(fields, 'pid'),
    uid: count(fields, 'uid'),
    gid: count(fields, 'gid'),
    ...(program === undefined ? {} : { program }),
    ...(process === undefined ? {} : { process }),
  };
}

/** `PID 13607 on kasimir by fd0, since 2026-11-20 09:12:03 UTC (4 minutes ago)`, for one line of a message. */
export function describeLock(lock: LockInfo, now: number): string {
  const since = new Date(lock.time).toISOString().slice(0, 19).replace('T', ' ');
  const by = lock.username === '' ? '' : ` by ${lock.username}`;
  return `PID ${lock.pid} on ${lock.hostname}${by}, since ${since} UTC (${ageText(now - lock.time)} ago)`;
}

/** `12 seconds`, `4 minutes`, `3 hours`, `5 days`. Clocks that differ make it 0, not less. */
export function ageText(milliseconds: number): string {
  const minutes = Math.round(milliseconds / MINUTE);
  if (milliseconds < MINUTE) return counted(Math.max(0, Math.floor(milliseconds / 1000)), 'second');
  if (minutes < 120) return counted(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return hours < 48 ? counted(hours, 'hour') : counted(Math.round(hours / 24), 'day');
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
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

/** No part of restic's format: what is not a text there is somebody else's, and no damage. */
function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
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
