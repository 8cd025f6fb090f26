/** The repository's config file: whether there is a repository, which one, and in which version of the format. */

import type { Backend, FileName } from '../backend/backend.ts';
import { BackendError } from '../backend/errors.ts';
import { RepositoryError } from '../errors.ts';
import type { CipherSuite } from './crypto/cipher-suite.ts';
import { DecodeError } from './decode/decode-error.ts';
import { asRepositoryError } from './decode/repository-error.ts';
import { JsonObject } from './json/json-object.ts';

export interface Config {
  readonly version: 1 | 2;
  /** 64 hex digits. */
  readonly id: string;
}

const CONFIG: FileName = { kind: 'config', name: '' };

/** Rejects with RepositoryError `no-repository` where there is no config file. Needs no key. */
export async function requireConfig(backend: Backend, signal: AbortSignal): Promise<void> {
  await readSealed(backend, signal);
}

/** Rejects with RepositoryError: `no-repository`, `damaged`, or `unsupported` for a version not known here. */
export async function readConfig(backend: Backend, suite: CipherSuite, signal: AbortSignal): Promise<Config> {
  const sealed = await readSealed(backend, signal);
  try {
    // Unlike all other files it is named by no hash and never compressed.
    return parseConfig(JsonObject.parse(suite.open(sealed)));
  } catch (error) {
    throw asRepositoryError(`Config file of the repository at ${backend.location}`, error);
  }
}

async function readSealed(backend: Backend, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await backend.read(CONFIG, signal);
  } catch (error) {
    if (!(error instanceof BackendError && error.code === 'not-found')) throw error;
    throw new RepositoryError(
      'no-repository',
      `No repository at ${backend.location}: there is no config file`,
      { cause: error },
    );
  }
}

function parseConfig(document: JsonObject): Config {
  const version = document.count('version');
  if (version !== 1 && version !== 2) {
    throw new DecodeError('unsupported', `it has format version ${version}, this program knows 1 and 2`);
  }
  const id = document.text('id');
  if (!/^[0-9a-f]{64}$/.test(id)) throw new DecodeError('damaged', 'its id is not 64 hex digits');
  return { version, id };
}
