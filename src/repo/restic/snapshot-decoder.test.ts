import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../repository.ts';
import { FormatError } from './format-error.ts';
import { decodeSnapshot } from './snapshot-decoder.ts';

const ID = 'c0'.repeat(32);
const TREE = 'ab'.repeat(32);
const LEAST = { time: '2026-11-20T09:54:28.596236223+01:00', tree: TREE };

function decode(document: unknown): Snapshot {
  return decodeSnapshot(ID, new TextEncoder().encode(JSON.stringify(document)));
}

describe('decodeSnapshot', () => {
  test('reads what restic 0.19 writes', () => {
    const document = {
      ...LEAST,
      parent: 'ff'.repeat(32),
      paths: ['/home', 'C:\\ä'],
      hostname: 'vm',
      username: 'root',
      uid: 4294967295,
      gid: 100,
      excludes: ['*.tmp'],
      tags: ['daily'],
      program_version: 'restic 0.19.1',
      summary: { files_new: 1 },
    };
    expect(decode(document)).toEqual({
      id: ID,
      time: { seconds: 1795164868, nanoseconds: 596236223, offsetSeconds: 3600 },
      tree: new Uint8Array(32).fill(0xab),
      paths: ['/home', 'C:\\ä'],
      hostname: 'vm',
      username: 'root',
      uid: 4294967295,
      gid: 100,
      tags: ['daily'],
      document,
    });
  });

  test.each([{}, { paths: null, tags: null, hostname: null, uid: null }])('takes %j for empty', (members) => {
    const snapshot = decode({ ...LEAST, ...members });
    const { paths, tags, hostname, username, uid, gid } = snapshot;
    expect([paths, tags, hostname, username, uid, gid]).toEqual([[], [], '', '', 0, 0]);
  });

  test.each<[string, unknown]>([
    ['without a time', { tree: TREE }],
    ['with a time of its own making', { ...LEAST, time: 'yesterday' }],
    ['without a tree', { time: LEAST.time }],
    ['with a null tree', { ...LEAST, tree: null }],
    ['with a short tree id', { ...LEAST, tree: 'abab' }],
    ['with one path', { ...LEAST, paths: '/' }],
    ['with a number among its tags', { ...LEAST, tags: ['a', 1] }],
    ['with a list for a host', { ...LEAST, hostname: [] }],
    ['with a negative user id', { ...LEAST, uid: -1 }],
    ['with a group id of 33 bits', { ...LEAST, gid: 2 ** 32 }],
    ['that is a list', []],
    ['that is null', null],
  ])('refuses a snapshot %s', (_, document) => {
    expect(() => decode(document)).toThrow(FormatError);
  });

  test('refuses what is not JSON or not UTF-8', () => {
    expect(() => decodeSnapshot(ID, new TextEncoder().encode('{'))).toThrow(FormatError);
    expect(() => decodeSnapshot(ID, Uint8Array.of(0x22, 0xff, 0x22))).toThrow(FormatError);
  });
});
