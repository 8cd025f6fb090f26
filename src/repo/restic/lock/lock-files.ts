/**
 * The lock files of a repository: sealed, named by their hash, small. They go straight to the backend, never behind
 * pack reads. Knows nothing of who may hold a lock, or when.
 */

import { createHash } from 'node:crypto';
import { untilAborted } from '../../../until-aborted.ts';
import type { Backend } from '../../backend/backend.ts';
import { BackendError } from '../../backend/errors.ts';
import { RepositoryError } from '../../errors.ts';
import type { CipherSuite } from '../crypto/cipher-suite.ts';
import { openUnpacked, sealUnpacked } from '../unpacked.ts';
import { decodeLock, encodeLock, type LockInfo } from './lock-file.ts';

/** A lock file before it is written: its name is known, so that it can be removed whatever becomes of the writing. */
export interface SealedLock {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A storage that hangs holds nobody up: each method rejects with `signal.reason` as soon as it aborts. */
export class LockFiles {
  readonly #backend: Backend;
  readonly #suite: CipherSuite;
  /** Also those that nobody waits for any more: what they write must not appear after it was removed. */
  readonly #writes = new Set<Promise<void>>();

  constructor(backend: Backend, suite: CipherSuite) {
    this.#backend = backend;
    this.#suite = suite;
  }

  seal(lock: LockInfo): SealedLock {
    const bytes = sealUnpacked(this.#suite, encodeLock(lock));
    return { name: createHash('sha256').update(bytes).digest('hex'), bytes };
  }

  names(signal: AbortSignal): Promise<string[]> {
    return untilAborted(this.#backend.list('lock', signal), signal);
  }

  write({ name, bytes }: SealedLock, signal: AbortSignal): Promise<void> {
    const write = this.#backend.write({ kind: 'lock', name }, bytes, signal);
    const settled = write.catch(() => undefined).finally(() => this.#writes.delete(settled));
    this.#writes.add(settled);
    return untilAborted(write, signal);
  }

  /** Resolves when nothing is being written, not even by a storage that was given up. */
  async written(signal: AbortSignal): Promise<void> {
    await untilAborted(Promise.all(this.#writes), signal);
  }

  /** Removing what is not there is not an error. */
  remove(name: string, signal: AbortSignal): Promise<void> {
    return untilAborted(this.#backend.remove({ kind: 'lock', name }, signal), signal);
  }

  /**
   * Undefined for a lock that is gone, and for an empty one, which an interrupted upload leaves behind. Rejects
   * with RepositoryError `damaged` for what cannot be read, which may be in the middle of being written.
   */
  async read(name: string, signal: AbortSignal): Promise<LockInfo | undefined> {
    const file = { kind: 'lock', name } as const;
    try {
      const sealed = await untilAborted(this.#backend.read(file, undefined, signal), signal);
      return sealed.byteLength === 0 ? undefined : decodeLock(await openUnpacked(this.#suite, sealed, file));
    } catch (error) {
      if (error instanceof BackendError && error.code === 'not-found') return undefined;
      if (error instanceof BackendError || error instanceof RepositoryError) throw unreadable(name, error);
      throw error;
    }
  }
}

function unreadable(name: string, cause: Error): RepositoryError {
  return new RepositoryError(
    'damaged',
    `Lock ${name} cannot be read: ${cause.message}; 'restic unlock --remove-all' removes it`,
    { cause },
  );
}
