/**
 * The JSON document of a snapshot (restic's design document, "Snapshots"). Snapshots are few and small, so the
 * document is parsed as a whole and kept: `--json` gives it back as it was stored.
 */

import type { Snapshot, Timestamp } from '../repository.ts';
import { FormatError } from './format-error.ts';
import { parseRfc3339 } from './rfc3339.ts';

/** `id`: the file's name. Optional fields may be missing or null. Throws FormatError. */
export function decodeSnapshot(id: string, json: Uint8Array): Snapshot {
  const document = parseObject(json);
  return {
    id,
    time: timestamp(text(document, 'time')),
    tree: treeId(text(document, 'tree')),
    paths: texts(document, 'paths'),
    hostname: text(document, 'hostname'),
    username: text(document, 'username'),
    uid: count(document, 'uid'),
    gid: count(document, 'gid'),
    tags: texts(document, 'tags'),
    document,
  };
}

function parseObject(json: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString());
  } catch (error) {
    throw new FormatError('The snapshot is not JSON', 0, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FormatError('The snapshot is not a JSON object', 0);
  }
  return value as Record<string, unknown>;
}

function timestamp(value: string): Timestamp {
  const into = { seconds: 0, nanoseconds: 0, offsetSeconds: 0 };
  const bytes = Buffer.from(value);
  if (!parseRfc3339(bytes, 0, bytes.length, into)) {
    throw new FormatError(`The snapshot's time ${JSON.stringify(value)} cannot be read`, 0);
  }
  return into;
}

function treeId(value: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(value)) throw new FormatError('The snapshot has no tree', 0);
  return new Uint8Array(Buffer.from(value, 'hex'));
}

function text(document: Record<string, unknown>, name: string): string {
  const value = document[name] ?? '';
  if (typeof value !== 'string') throw new FormatError(`The snapshot's "${name}" is not a text`, 0);
  return value;
}

function texts(document: Record<string, unknown>, name: string): string[] {
  const value = document[name] ?? [];
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    throw new FormatError(`The snapshot's "${name}" is not a list of texts`, 0);
  }
  return value;
}

function count(document: Record<string, unknown>, name: string): number {
  const value = document[name] ?? 0;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new FormatError(`The snapshot's "${name}" is not a whole number`, 0);
  }
  return value;
}
