/**
 * Opening and sealing small files that are not in packs, where no threads are needed: locks, and the config.
 * Knows no document's shape.
 */

import type { FileName } from '../backend/backend.ts';
import type { CipherSuite } from './crypto/cipher-suite.ts';
import { decodeUnpacked } from './decode/jobs.ts';
import { asRepositoryError, nameOfFile } from './decode/repository-error.ts';
import { chooseZstd } from './zstd/select.ts';

/** The JSON of a file as it was read, in the memory of `sealed` or in memory of its own. Rejects with RepositoryError. */
export async function openUnpacked(
  suite: CipherSuite,
  sealed: Uint8Array<ArrayBuffer>,
  file: FileName,
): Promise<Uint8Array> {
  const zstd = (await chooseZstd()).create();
  try {
    return decodeUnpacked({ suite, zstd }, sealed, file.name);
  } catch (error) {
    throw asRepositoryError(nameOfFile(file.name, file.kind), error);
  } finally {
    zstd.dispose();
  }
}

/**
 * The bytes of a file that holds this JSON document. The name to store them under is their SHA-256, in hex.
 * JSON is written as it is, which repositories of either version allow.
 */
export function sealUnpacked(suite: CipherSuite, json: Uint8Array): Uint8Array<ArrayBuffer> {
  const first = String.fromCharCode(json[0] ?? 0);
  // Any other first byte would say that it is encoded in some way.
  if (first !== '{' && first !== '[') throw new Error('Only a JSON object or list can be stored unencoded');
  return suite.seal(json);
}
