/** Opens a restic repository as far as its locks go: no threads, no index, and no lock of its own. */

import { Closers } from '../closers.ts';
import { wipeMasterKey } from './crypto/master-key.ts';
import { SYSTEM_CLOCK } from './lock/clock.ts';
import { LockFiles } from './lock/lock-files.ts';
import { LockList } from './lock/lock-list.ts';
import { thisHost } from './lock/this-process.ts';
import { openStorage, type StorageOptions } from './open-storage.ts';
import { asRepositoryError } from './storage-failure.ts';

export interface OpenLocks {
  readonly locks: LockList;
  close(): Promise<void>;
}

/** Rejects with RepositoryError, or with `signal.reason`; nothing is left open then. */
export async function openLocks(options: StorageOptions, signal: AbortSignal): Promise<OpenLocks> {
  const closers = new Closers();
  try {
    const { backend, suite, key } = await openStorage(options, closers, signal);
    wipeMasterKey(key);
    const files = new LockFiles(backend, suite);
    const locks = new LockList({ files, clock: SYSTEM_CLOCK, here: await thisHost() });
    return { locks, close: () => closers.close() };
  } catch (error) {
    // What could not be opened says more than how it was closed.
    await closers.close().catch(() => undefined);
    throw asRepositoryError(error);
  }
}
