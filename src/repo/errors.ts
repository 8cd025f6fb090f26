/** The one error class of the repository layer, whatever the format. */

export type RepositoryErrorCode =
  /** There is no repository at that place. */
  | 'no-repository'
  /** No key of the repository opens with this password. */
  | 'wrong-password'
  /** Another process holds a lock that excludes ours. */
  | 'locked'
  /** Bytes that are missing, truncated, not authentic or not what the format says. */
  | 'damaged'
  /** A version or layout that this program does not know. */
  | 'unsupported'
  /** Nothing (or more than one thing) matches what was asked for. */
  | 'not-found'
  /** The storage did not answer; trying again later may help. */
  | 'unavailable'
  /** The lock was lost or the repository was closed meanwhile. */
  | 'lost';

/**
 * The message names the object (file kind and id, blob and pack) and, where there is one, the cure.
 * `cause` keeps the error underneath.
 */
export class RepositoryError extends Error {
  override readonly name = 'RepositoryError';
  readonly code: RepositoryErrorCode;

  constructor(code: RepositoryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
