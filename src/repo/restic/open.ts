/** Opens a restic repository: storage, config, key, threads, lock, snapshots and index, and undoes all on failure. */

import type { Reporter } from '../../report.ts';
import { Closers } from '../closers.ts';
import type { RepositoryError } from '../errors.ts';
import type { Repository } from '../repository.ts';
import { BlobReader } from './blob-reader.ts';
import { wipeMasterKey } from './crypto/master-key.ts';
import type { Decoder } from './decode/decoder.ts';
import { createDecoder } from './decode/select.ts';
import { IndexLoader } from './index/index-loader.ts';
import { SYSTEM_CLOCK } from './lock/clock.ts';
import { KeptLock } from './lock/kept-lock.ts';
import { LockFiles } from './lock/lock-files.ts';
import { thisHost, thisProcess } from './lock/this-process.ts';
import { type OpenStorage, openStorage, type StorageOptions } from './open-storage.ts';
import { ResticRepository } from './restic-repository.ts';
import { SnapshotStore } from './snapshot-store.ts';
import { asRepositoryError } from './storage-failure.ts';

export interface OpenOptions extends StorageOptions {
  /** Whether to hold a lock in the repository until it is closed. */
  readonly lock: boolean;
  /** How long to go on trying when another process holds an exclusive lock. */
  readonly retryLockMs: number;
  /** Called after each renewal of the lock that succeeded. */
  readonly onLockRefreshed?: () => void;
  /** Bytes to keep of file contents and of folders. */
  readonly cacheMemory: { readonly contents: number; readonly trees: number };
  readonly reporter: Reporter;
}

/** Rejects with RepositoryError, or with `signal.reason`; nothing is left open or locked then. */
export async function openRepository(options: OpenOptions, signal: AbortSignal): Promise<Repository> {
  const closers = new Closers();
  try {
    return await open(options, closers, signal);
  } catch (error) {
    await closers.close().catch((failure: Error) => options.reporter.warn(failure.message));
    throw asRepositoryError(error);
  }
}

async function open(options: OpenOptions, closers: Closers, signal: AbortSignal): Promise<Repository> {
  const { reporter } = options;
  const storage = await openStorage(options, closers, signal);
  const decoder = await startDecoder(storage, options, closers);
  const { backend, config } = storage;
  const index = new IndexLoader(backend, decoder, reporter);
  closers.add(() => index.close());
  const lost = new AbortController();
  const repository = new ResticRepository({
    id: config.id,
    location: backend.location,
    listingLifetime: backend.listingLifetime,
    lost: lost.signal,
    snapshots: new SnapshotStore(backend, decoder, reporter),
    index,
    blobs: new BlobReader(backend, index, decoder),
    cacheBytes: options.cacheMemory,
    closers,
  });
  const load = (loading: AbortSignal) => repository.load(loading);
  if (options.lock) {
    const lock = await lockStorage(storage, options, load, (reason) => lost.abort(reason), signal);
    closers.add(() => lock.stop());
  } else await load(signal);
  return repository;
}

async function startDecoder(
  { config, key }: OpenStorage,
  { cacheMemory, reporter }: OpenOptions,
  closers: Closers,
): Promise<Decoder> {
  try {
    const decoder = await createDecoder(key, cacheMemory.contents);
    closers.add(() => decoder.close());
    const opened = `Repository ${config.id.slice(0, 8)} opened (version ${config.version})`;
    reporter.detail(`${opened}; ${decoder.description}`);
    return decoder;
  } finally {
    // Suite and decoder have copies of their own.
    wipeMasterKey(key);
  }
}

async function lockStorage(
  { backend, suite }: OpenStorage,
  { reporter, retryLockMs, onLockRefreshed }: OpenOptions,
  meanwhile: (signal: AbortSignal) => Promise<void>,
  onLost: (reason: RepositoryError) => void,
  signal: AbortSignal,
): Promise<KeptLock> {
  const options = {
    files: new LockFiles(backend, suite),
    clock: SYSTEM_CLOCK,
    reporter,
    owner: await thisProcess(),
    here: await thisHost(),
    retryMs: retryLockMs,
    meanwhile,
    onLost,
    ...(onLockRefreshed === undefined ? {} : { onRefreshed: onLockRefreshed }),
  };
  return KeptLock.start(options, signal);
}
