/**
 * Opens the repository that the configuration names, asking for its password as often as makes sense, and closes
 * it after use. The reader of the repository format is loaded here, so that --help does not wait for it.
 */

import { RepositoryError } from '../repo/errors.ts';
import type { Repository } from '../repo/repository.ts';
import { untilAborted } from '../until-aborted.ts';
import type { CommandContext } from './context.ts';
import { CommandError } from './errors.ts';
import { PasswordReader } from './password/password.ts';

/**
 * Runs `work` with an open repository. `signal` aborts on the first request to stop and when the lock is lost;
 * closing, which removes the lock, is awaited until the second request.
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
    await untilAborted(repository.close(), context.stop.second);
  }
}

/** Rejects as `openRepository` does; with Interrupted when stopped meanwhile. The caller closes the repository. */
export async function openRepositoryAt(location: string, context: CommandContext): Promise<Repository> {
  const { openRepository } = await import('../repo/restic/open.ts');
  const { config, reporter, stop } = context;
  const passwords = new PasswordReader(config.password, context.passwordStreams);
  const options = {
    location,
    password: () => passwords.read(stop.first),
    ...(config.keyHint === undefined ? {} : { keyHint: config.keyHint }),
    lock: config.lock,
    retryLockMs: config.retryLockMs,
    cacheMemory: config.cacheMemory,
    reporter,
  };
  for (let triesLeft = passwords.tries - 1; ; triesLeft -= 1) {
    try {
      return await openRepository(options, stop.first);
    } catch (error) {
      if (triesLeft <= 0 || !isAnotherTryWorthwhile(error)) throw error;
      reporter.warn(`${error.message}: try again`);
    }
  }
}

function isAnotherTryWorthwhile(error: unknown): error is Error {
  return (
    (error instanceof RepositoryError && error.code === 'wrong-password') || error instanceof CommandError
  );
}
