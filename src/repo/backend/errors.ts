/** The one error class of the backend layer. It names the file and where the repository is, never a secret. */

import type { FileName } from './backend.ts';

export type BackendErrorCode = 'not-found' | 'denied' | 'read-only' | 'truncated' | 'unsupported' | 'failed';

export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly code: BackendErrorCode;
  /** Whether the same call can never succeed (a missing file, a denied one). */
  readonly permanent: boolean;

  constructor(code: BackendErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    // After an error of its disk a file system is read-only until it is mounted again.
    this.permanent = code !== 'failed' && code !== 'read-only';
  }
}

/** `pack 1234abcd...` for messages: the kind, and the id in full so that it can be searched for. */
export function describeFile(file: FileName): string {
  return file.kind === 'config' ? 'config file' : `${file.kind} ${file.name}`;
}
