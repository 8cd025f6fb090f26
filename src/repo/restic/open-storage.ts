/**
 * As far as every use of a restic repository goes: its storage, its config and, with the password, its key. Knows
 * neither threads nor locks nor what is read with the key.
 */

import type { Backend } from '../backend/backend.ts';
import { openLocalBackend } from '../backend/local.ts';
import { parseLocalLocation } from '../backend/location.ts';
import type { Closers } from '../closers.ts';
import { type Config, readConfig, requireConfig } from './config.ts';
import type { CipherSuite } from './crypto/cipher-suite.ts';
import { type MasterKey, wipeMasterKey } from './crypto/master-key.ts';
import { createCipherSuite } from './crypto/select.ts';
import { openMasterKey } from './keys.ts';

export interface StorageOptions {
  /** As restic's `--repo`. */
  readonly location: string;
  /** Asked once, after it is certain that there is a repository. */
  readonly password: () => Promise<string>;
  readonly keyHint?: string;
}

export interface OpenStorage {
  readonly backend: Backend;
  readonly config: Config;
  readonly suite: CipherSuite;
  /** The caller wipes it; the suite has a copy of its own. */
  readonly key: MasterKey;
}

/**
 * What has to be closed goes to `closers`, also when this rejects: with RepositoryError, BackendError or
 * `signal.reason`.
 */
export async function openStorage(
  { location, password, keyHint }: StorageOptions,
  closers: Closers,
  signal: AbortSignal,
): Promise<OpenStorage> {
  const backend = await openLocalBackend(parseLocalLocation(location));
  closers.add(() => backend.close());
  await requireConfig(backend, signal);
  const key = await openMasterKey(backend, await password(), keyHint, signal);
  try {
    const suite = await createCipherSuite(key);
    closers.add(async () => suite.dispose());
    return { backend, config: await readConfig(backend, suite, signal), suite, key };
  } catch (error) {
    wipeMasterKey(key);
    throw error;
  }
}
