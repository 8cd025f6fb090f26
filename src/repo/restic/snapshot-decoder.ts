/**
 * Decodes restic's snapshot documents (its design document, "Trees and Data"; restic's internal/data/snapshot.go).
 * They are small and few: JSON.parse does, and what the format says is checked here.
 */

import type { Snapshot, Timestamp } from '../repository.ts';
import { FormatError } from './format-error.ts';
import { parseRfc3339 } from './rfc3339.ts';

type Document = Readonly<Record<string, unknown>>;

const UINT32_MAX = 0xffffffff;
const ID = /^[0-9a-fA-F]{64}$/;

/** `id` is the file's name, 64 hex digits. Absent optional members are empty or 0. Throws FormatError. */
export function decodeSnapshot(id: string, json: Uint8Array): Snapshot {
  const document = parseDocument(json);
  return {
    id,
    time: timeOf(document, 'time'),
    tree: idOf(document, 'tree'),
    paths: textsOf(document, 'paths'),
    hostname: textOf(document, 'hostname'),
    username: textOf(document, 'username'),
    uid: wholeOf(document, 'uid'),
    gid: wholeOf(document, 'gid'),
    tags: textsOf(document, 'tags'),
    document,
  };
}

function parseDocument(json: Uint8Array): Document {
  const document = parse(json);
  if (!isDocument(document)) throw new FormatError('A snapshot that is not a JSON object', 0);
  return document;
}

function parse(json: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json));
  } catch (error) {
    throw new FormatError('A snapshot that is not JSON', 0, { cause: error });
  }
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function timeOf(document: Document, member: string): Timestamp {
  const bytes = new TextEncoder().encode(textOf(document, member));
  const time = { seconds: 0, nanoseconds: 0, offsetSeconds: 0 };
  if (!parseRfc3339(bytes, 0, bytes.length, time)) throw unexpected(member, 'a time');
  return time;
}

function idOf(document: Document, member: string): Uint8Array {
  const hex = document[member];
  if (typeof hex !== 'string' || !ID.test(hex)) throw unexpected(member, 'an id');
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function textOf(document: Document, member: string): string {
  const text = document[member] ?? '';
  if (typeof text !== 'string') throw unexpected(member, 'a text');
  return text;
}

function textsOf(document: Document, member: string): readonly string[] {
  const texts = document[member] ?? [];
  if (!isTexts(texts)) throw unexpected(member, 'a list of texts');
  return texts;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function wholeOf(document: Document, member: string): number {
  const whole = document[member] ?? 0;
  const valid = typeof whole === 'number' && Number.isInteger(whole) && whole >= 0 && whole <= UINT32_MAX;
  if (!valid) throw unexpected(member, 'a whole number of 32 bits');
  return whole;
}

function unexpected(member: string, what: string): FormatError {
  return new FormatError(`A snapshot whose "${member}" is not ${what}`, 0);
}
