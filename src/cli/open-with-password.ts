/** Opens something with the repository's password, asking for it as often as makes sense. Knows not what is opened. */

import { RepositoryError } from '../repo/errors.ts';
import type { StorageOptions } from '../repo/restic/open-storage.ts';
import { untilStorageAnswers } from '../until-storage-answers.ts';
import type { CommandContext } from './context.ts';
import { CommandError } from './errors.ts';
import { PasswordReader } from './password/password.ts';

type PasswordOptions = Omit<StorageOptions, 'location'>;

/**
 * Rejects as `open` does; with Interrupted when stopped meanwhile, when what was begun has ended or, after a second
 * request, hangs.
 */
export async function openWithPassword<Opened>(
  { config, passwordStreams, reporter, stop }: CommandContext,
  open: (options: PasswordOptions, signal: AbortSignal) => Promise<Opened>,
): Promise<Opened> {
  const passwords = new PasswordReader(config.password, passwordStreams);
  const options = {
    password: () => passwords.read(stop.first),
    ...(config.keyHint === undefined ? {} : { keyHint: config.keyHint }),
  };
  for (let triesLeft = passwords.tries - 1; ; triesLeft -= 1) {
    try {
      return await untilStorageAnswers(open(options, stop.first), stop, reporter);
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
