/** Snapshots for tests, with only what a test says about them. */

import type { Snapshot } from '../repository.ts';

export function makeSnapshot(id: string, fields: Partial<Snapshot> = {}): Snapshot {
  return {
    id: id.padEnd(64, '0'),
    time: { seconds: 0, nanoseconds: 0, offsetSeconds: 0 },
    tree: new Uint8Array(32),
    paths: ['/srv'],
    hostname: 'web',
    username: 'root',
    uid: 0,
    gid: 0,
    tags: [],
    document: {},
    ...fields,
  };
}
