/**
 * The lock files of a repository: sealed, named by their hash, small. They go straight to the backend, never behind
 * pack reads. Knows nothing of who may hold a lock, or when.
 */

import { createHash } from 'node:crypto';
import { untilAborted } from '../../../until-aborted.ts';
import type { Backend } from '../../backend/backend.ts';
import { BackendError } from '../../backend/errors.ts';
import { InFlight } from '../../backend/in-flight.ts';
import { RepositoryError } from '../../errors.ts';
import type { CipherSuite } from '../crypto/cipher-suite.ts';
import { openUnpacked, sealUnpacked } from '../unpacked.ts';
import { decodeLock, encodeLock, type LockInfo } from './lock-file.ts';

/** A lock file before it is written: its name is known, so that it can be removed whatever becomes of the writing. */
export interface SealedLock {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * A storage that hangs holds nobody up: each method rejects with `signal.reason` as soon as it aborts. What the
 * storage goes on with then is counted: `idle` tells when there is nothing left of it.
 */
export class LockFiles {
  readonly #backend: Backend;
  readonly #suite: CipherSuite;
  readonly #calls = new InFlight();
  /** By name, also those that nobody waits for any more. */
  readonly #writes = new Map<string, Promise<void>>();

  constructor(backend: Backend, suite: CipherSuite) {
    this.#backend = backend;
    this.#suite = suite;
  }

  seal(lock: LockInfo): SealedLock {
    const bytes = sealUnpacked(this.#suite, encodeLock(lock));
    return { name: createHash('sha256').update(bytes).digest('hex'), bytes };
  }

  names(signal: AbortSignal): Promise<string[]> {
    return this.#call(() => this.#backend.list('lock', signal), signal);
  }

  write({ name, bytes }: SealedLock, signal: AbortSignal): Promise<void> {
    return this.#call(() => {
      const write = this.#backend.write({ kind: 'lock', name }, bytes, signal);
      const settled = write.catch(() => undefined).finally(() => this.#writes.delete(name));
      this.#writes.set(name, settled);
      return write;
    }, signal);
  }

  /**
   * Removing what is not there is not an error. A file that is still being written, perhaps for nobody any more, is
   * removed once more when that has ended: it must not appear afterwards.
   */
  remove(name: string, signal: AbortSignal): Promise<void> {
    const file = { kind: 'lock', name } as const;
    return this.#call(async () => {
      await this.#backend.remove(file, signal);
      const write = this.#writes.get(name);
      if (write === undefined) return;
      await untilAborted(write, signal);
      await this.#backend.remove(file, signal);
    }, signal);
  }

  /**
   * What lies in the file. `gone` and `empty` are no locks: an interrupted upload leaves an empty one behind. Rejects
   * with RepositoryError `damaged` for what cannot be read, which may be in the middle of being written.
   */
  async read(name: string, signal: AbortSignal): Promise<LockInfo | 'gone' | 'empty'> {
    const file = { kind: 'lock', name } as const;
    try {
      const sealed = await this.#call(() => this.#backend.read(file, signal), signal);
      return sealed.byteLength === 0 ? 'empty' : decodeLock(await openUnpacked(this.#suite, sealed, file));
    } catch (error) {
      if (error instanceof BackendError && error.code === 'not-found') return 'gone';
      if (error instanceof BackendError || error instanceof RepositoryError) throw unreadable(name, error);
      throw error;
    }
  }

  /** Resolves when the storage does nothing for us any more, not even what it was given up for. */
  async idle(signal: AbortSignal): Promise<void> {
    await untilAborted(this.#calls.idle(), signal);
  }

  async #call<Result>(call: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    return untilAborted(this.#calls.run(call), signal);
  }
}

function unreadable(name: string, cause: Error): RepositoryError {
  return new RepositoryError(
    'damaged',
    `Lock ${name} cannot be read: ${cause.message}; 'snapmount unlock --remove-all' removes it`,
    { cause },
  );
}
