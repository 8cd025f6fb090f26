/** What the errors of the storage mean for a repository: the one place where they become its own. */

import { BackendError } from '../backend/errors.ts';
import { RepositoryError, type RepositoryErrorCode } from '../errors.ts';
import { FormatError } from './format-error.ts';

/** A BackendError as a RepositoryError with the same message; anything else as it is. */
export function asRepositoryError(error: unknown): unknown {
  if (!(error instanceof BackendError)) return error;
  return new RepositoryError(codeOf(error), error.message, { cause: error });
}

/** Whether reading the same file again gives the same: it is damaged or denied, not out of reach for now. */
export function isLasting(error: unknown): error is Error {
  if (error instanceof BackendError) return error.permanent;
  if (error instanceof RepositoryError) return error.code === 'damaged' || error.code === 'unsupported';
  return error instanceof FormatError;
}

function codeOf({ code }: BackendError): RepositoryErrorCode {
  switch (code) {
    case 'not-found':
    case 'truncated':
      return 'damaged';
    case 'unsupported':
      return 'unsupported';
    case 'denied':
    case 'read-only':
    case 'failed':
      return 'unavailable';
  }
}
