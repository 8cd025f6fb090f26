/** Opens a restic repository: storage, config, key, threads, lock, snapshots and index, and undoes all on failure. */

import { hostname, userInfo } from 'node:os';
import type { Reporter } from '../../report.ts';
import type { Backend } from '../backend/backend.ts';
import { openLocalBackend } from '../backend/local.ts';
import { parseLocalLocation } from '../backend/location.ts';
import { Closers } from '../closers.ts';
import type { Repository } from '../repository.ts';
import { BlobReader } from './blob-reader.ts';
import { type Config, readConfig, requireConfig } from './config.ts';
import type { CipherSuite } from './crypto/cipher-suite.ts';
import { wipeMasterKey } from './crypto/master-key.ts';
import { createCipherSuite } from './crypto/select.ts';
import type { Decoder } from './decode/decoder.ts';
import { createDecoder } from './decode/select.ts';
import { IndexLoader } from './index/index-loader.ts';
import { openMasterKey } from './keys.ts';
import { SYSTEM_CLOCK } from './lock/clock.ts';
import { holdLock } from './lock/hold-lock.ts';
import { LockFiles } from './lock/lock-files.ts';
import { LockRefresher } from './lock/lock-refresher.ts';
import { ResticRepository } from './restic-repository.ts';
import { SnapshotStore } from './snapshot-store.ts';
import { asRepositoryError } from './storage-failure.ts';

export interface OpenOptions {
  /** As restic's `--repo`. */
  readonly location: string;
  /** Asked once, after it is certain that there is a repository. */
  readonly password: () => Promise<string>;
  readonly keyHint?: string;
  /** Whether to hold a lock in the repository until it is closed. */
  readonly lock: boolean;
  /** How long to go on trying when another process holds an exclusive lock. */
  readonly retryLockMs: number;
  /** Bytes of file contents to keep; folders may take as much again. */
  readonly cacheMemory: number;
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
  const backend = await openLocalBackend(parseLocalLocation(options.location));
  closers.add(() => backend.close());
  const { config, suite, decoder } = await unlock(backend, options, closers, signal);
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
    cacheBytes: { contents: options.cacheMemory, trees: options.cacheMemory },
    closers,
  });
  if (!options.lock) {
    await repository.load(signal);
    return repository;
  }
  const clock = SYSTEM_CLOCK;
  const trying = {
    files: new LockFiles(backend, suite),
    clock,
    reporter,
    owner: thisProcess(),
    retryMs: options.retryLockMs,
    meanwhile: (loading: AbortSignal) => repository.load(loading),
  };
  const lock = await holdLock(trying, signal);
  closers.add(() => lock.release());
  const onLost = (reason: Error) => lost.abort(reason);
  const refresher = new LockRefresher({ lock, clock, reporter, onLost });
  closers.add(() => refresher.stop());
  return repository;
}

interface Unlocked {
  readonly config: Config;
  readonly suite: CipherSuite;
  readonly decoder: Decoder;
}

async function unlock(
  backend: Backend,
  { password, keyHint, reporter }: OpenOptions,
  closers: Closers,
  signal: AbortSignal,
): Promise<Unlocked> {
  await requireConfig(backend, signal);
  const key = await openMasterKey(backend, await password(), keyHint, signal);
  try {
    const suite = await createCipherSuite(key);
    closers.add(async () => suite.dispose());
    const config = await readConfig(backend, suite, signal);
    const decoder = await createDecoder(key);
    closers.add(() => decoder.close());
    const opened = `Repository ${config.id.slice(0, 8)} opened (version ${config.version})`;
    reporter.detail(`${opened}; ${decoder.description}`);
    return { config, suite, decoder };
  } finally {
    // Suite and decoder have copies of their own.
    wipeMasterKey(key);
  }
}

function thisProcess(): { hostname: string; username: string; pid: number; uid: number; gid: number } {
  const host = { hostname: hostname(), pid: process.pid };
  try {
    const { username, uid, gid } = userInfo();
    return { ...host, username, uid: Math.max(uid, 0), gid: Math.max(gid, 0) };
  } catch {
    // A container's user often has no name: the lock is as good without.
    return { ...host, username: '', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  }
}
