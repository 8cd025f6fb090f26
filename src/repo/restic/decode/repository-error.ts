/** Names what could not be decoded: the one place where this folder's errors become the repository's. */

import type { FileKind } from '../../backend/backend.ts';
import { RepositoryError, type RepositoryErrorCode } from '../../errors.ts';
import { WorkerError } from '../../workers/errors.ts';
import { DecodeError } from './decode-error.ts';

/** `Blob 12ab...` */
export function nameOfBlob(id: string): string {
  return `Blob ${id}`;
}

/** `Index file 12ab...`; without its kind just `File 12ab...`. */
export function nameOfFile(id: string, kind?: FileKind): string {
  return kind === undefined ? `File ${id}` : `${kind.charAt(0).toUpperCase()}${kind.slice(1)} file ${id}`;
}

/** `what` is a name from above. */
export function asRepositoryError(what: string, error: unknown): RepositoryError {
  const reason = error instanceof Error ? error.message : String(error);
  return new RepositoryError(codeOf(error), `${what}: ${reason}`, { cause: error });
}

function codeOf(error: unknown): RepositoryErrorCode {
  if (error instanceof DecodeError) return error.code;
  // Whatever else was thrown says nothing of the data: out of memory, a broken thread.
  return error instanceof WorkerError && error.code === 'closed' ? 'lost' : 'unavailable';
}
