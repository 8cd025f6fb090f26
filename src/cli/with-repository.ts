/**
 * Opens the repository that the configuration names, and closes it after use. The reader of the repository format is
 * loaded here, so that --help does not wait for it.
 */

import type { Repository } from '../repo/repository.ts';
import type { LockList } from '../repo/restic/lock/lock-list.ts';
import { untilStorageAnswers } from '../until-storage-answers.ts';
import type { CommandContext } from './context.ts';
import { openWithPassword } from './open-with-password.ts';

/**
 * Runs `work` with an open repository. `signal` aborts on the first request to stop and when the lock is lost;
 * closing, which removes the lock, is awaited until some time after the second request.
 */
export async function withRepository(
  context: CommandContext,
  location: string,
  work: (repository: Repository, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const repository = await openRepositoryAt(location, context);
  context.reporter.clearProgress();
  try {
    const signal = AbortSignal.any([context.stop.first, repository.lost]);
    await work(repository, signal);
  } finally {
    await untilStorageAnswers(repository.close(), context.stop, context.reporter);
  }
}

/**
 * Rejects as `openRepository` does; with Interrupted when stopped meanwhile. The caller closes the repository.
 * `onLockRefreshed` is called after each renewal of the lock that succeeded.
 */
export async function openRepositoryAt(
  location: string,
  context: CommandContext,
  onLockRefreshed?: () => void,
): Promise<Repository> {
  const { openRepository } = await import('../repo/restic/open.ts');
  const { config, reporter } = context;
  const options = {
    location,
    lock: config.lock,
    retryLockMs: config.retryLockMs,
    cacheMemory: config.cacheMemory,
    reporter,
    ...(onLockRefreshed === undefined ? {} : { onLockRefreshed }),
  };
  return openWithPassword(context, (password, signal) => openRepository({ ...options, ...password }, signal));
}

/** Runs `work` with the locks of a repository, which is opened no further and not locked. */
export async function withLocks(
  context: CommandContext,
  location: string,
  work: (locks: LockList, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { openLocks } = await import('../repo/restic/open-locks.ts');
  const opened = await openWithPassword(context, (password, signal) =>
    openLocks({ location, ...password }, signal),
  );
  try {
    await work(opened.locks, context.stop.first);
  } finally {
    await untilStorageAnswers(opened.close(), context.stop, context.reporter);
  }
}
