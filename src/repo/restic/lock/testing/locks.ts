/** Locks in a memory backend, for tests of those who make, renew and respect them. */

import { createHash } from 'node:crypto';
import type { MemoryBackend } from '../../../backend/testing/memory-backend.ts';
import { portableSuites } from '../../crypto/portable-suite.ts';
import { sealUnpacked } from '../../unpacked.ts';
import { chooseZstd } from '../../zstd/select.ts';
import { encodeLock, type LockInfo } from '../lock-file.ts';
import type { Surroundings } from '../lock-state.ts';

// Reading a lock loads this once, which takes real time: with a clock of a test's own it would look like hanging.
await chooseZstd();

export const suite = portableSuites.create({
  encrypt: new Uint8Array(32).fill(1),
  macK: new Uint8Array(16).fill(2),
  macR: new Uint8Array(16).fill(3),
});
export const owner = { hostname: 'here', username: 'me', pid: 4711, uid: 1000, gid: 0 };
/** We live here, and so do all below 1000; those from 100,000 on cannot be told; the others have ended. */
export const here: Surroundings = {
  hostname: 'here',
  processState: async (pid) =>
    pid === owner.pid || pid < 1000 ? 'alive' : pid >= 100_000 ? 'unknown' : 'gone',
};
export const silent = { warn() {}, note() {}, detail() {}, progress() {} };

export function addLock(backend: MemoryBackend, change: Partial<LockInfo>): string {
  const info = { ...owner, time: Date.parse('2026-11-20T08:59:00Z'), exclusive: false, ...change };
  const sealed = sealUnpacked(suite, encodeLock(info));
  const key = `lock/${createHash('sha256').update(sealed).digest('hex')}`;
  backend.files.set(key, sealed);
  return key;
}

export function locksOf(backend: MemoryBackend): string[] {
  return [...backend.files.keys()].filter((key) => key.startsWith('lock/'));
}
