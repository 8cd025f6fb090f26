/**
 * What is wrong with sealed or encoded bytes, said where nobody knows yet which file or blob they were: whoever
 * does turns it into a RepositoryError that names them.
 */

export type DecodeErrorCode =
  /** Not authentic, not what its id says, or not what the format says. */
  | 'damaged'
  /** An encoding that this program does not know. */
  | 'unsupported';

export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly code: DecodeErrorCode;

  /** `message` goes on after `Blob ...: `, so it starts with a lower-case letter. */
  constructor(code: DecodeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
