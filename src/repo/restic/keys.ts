/**
 * From the password to the master key: tries the repository's key files until one opens. Knows the files' shape
 * through key-file.ts only.
 */

import { hash, scrypt } from 'node:crypto';
import type { Backend } from '../backend/backend.ts';
import { RepositoryError } from '../errors.ts';
import type { MasterKey } from './crypto/master-key.ts';
import { wipeMasterKey } from './crypto/master-key.ts';
import { portableSuites } from './crypto/portable-suite.ts';
import { DecodeError } from './decode/decode-error.ts';
import { asRepositoryError, nameOfFile } from './decode/repository-error.ts';
import { type KeyFile, parseKeyFile, parseMasterKey, type ScryptCost, scryptMemory } from './key-file.ts';

/** As restic does: each try costs half a second by design. The hinted one comes on top. */
const MOST_TRIES = 20;

/**
 * @param keyHint The beginning of a key file's id, tried first; ignored where it is not that of exactly one.
 *
 * Rejects with RepositoryError: `wrong-password` where no key opens with it, `damaged` where there is none that
 * could, and with BackendError where keys cannot be listed. A broken key file is passed over while another opens.
 */
export async function openMasterKey(
  backend: Backend,
  password: string,
  keyHint: string | undefined,
  signal: AbortSignal,
): Promise<MasterKey> {
  const names = await listKeys(backend, signal);
  const secret = Buffer.from(password, 'utf8');
  const broken: RepositoryError[] = [];
  try {
    const order = tryingOrder(names, keyHint);
    for (const name of order) {
      const key = await openKeyFile(backend, name, secret, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        broken.push(asRepositoryError(nameOfFile(name, 'key'), error));
        return undefined;
      });
      if (key !== undefined) return key;
    }
    throw noKeyOpens(backend, { existing: names.length, tried: order.length, broken });
  } finally {
    secret.fill(0);
  }
}

async function listKeys(backend: Backend, signal: AbortSignal): Promise<string[]> {
  const names = await backend.list('key', signal);
  if (names.length > 0) return names;
  throw new RepositoryError(
    'damaged',
    `The repository at ${backend.location} has no key files: without one nobody can open it`,
  );
}

function tryingOrder(names: readonly string[], keyHint: string | undefined): string[] {
  const hinted = keyHint ? names.filter((name) => name.startsWith(keyHint)) : [];
  const first = hinted.length === 1 ? hinted : [];
  const rest = names.filter((name) => !first.includes(name)).sort();
  return [...first, ...rest.slice(0, MOST_TRIES)];
}

/** Undefined where the password is wrong for this key. */
async function openKeyFile(
  backend: Backend,
  name: string,
  password: Uint8Array,
  signal: AbortSignal,
): Promise<MasterKey | undefined> {
  const json = await backend.read({ kind: 'key', name }, signal);
  if (hash('sha256', json, 'hex') !== name) {
    throw new DecodeError('damaged', 'its bytes do not match its name');
  }
  const file = parseKeyFile(json);
  const userKey = await deriveUserKey(password, file);
  signal.throwIfAborted();
  try {
    return unsealMasterKey(file, userKey);
  } finally {
    wipeMasterKey(userKey);
  }
}

/** The cost of scrypt is bounded (key-file.ts), so that this ends within seconds; it runs off this thread. */
async function deriveUserKey(password: Uint8Array, { scrypt: cost, salt }: KeyFile): Promise<MasterKey> {
  const derived = await runScrypt(password, salt, cost);
  return { encrypt: derived.subarray(0, 32), macK: derived.subarray(32, 48), macR: derived.subarray(48, 64) };
}

function runScrypt(password: Uint8Array, salt: Uint8Array, cost: ScryptCost): Promise<Buffer> {
  // OpenSSL counts its small buffers too.
  const maxmem = scryptMemory(cost) + 128 * cost.r * (cost.p + 4) + 4096;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, 64, { ...cost, maxmem }, (error, derived) =>
      error === null ? resolve(derived) : reject(error),
    );
  });
}

function unsealMasterKey(file: KeyFile, userKey: MasterKey): MasterKey | undefined {
  const suite = portableSuites.create(userKey);
  let plain: Uint8Array;
  try {
    plain = suite.open(file.sealed);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  } finally {
    suite.dispose();
  }
  try {
    return parseMasterKey(plain);
  } finally {
    plain.fill(0);
  }
}

function noKeyOpens(
  backend: Backend,
  { existing, tried, broken }: { existing: number; tried: number; broken: readonly RepositoryError[] },
): RepositoryError {
  const reasons = broken.map((error) => error.message).join('; ');
  const options = broken.length > 0 ? { cause: broken[0] } : {};
  if (broken.length === tried) {
    const code = broken.find((error) => error.code === 'unavailable')?.code ?? 'damaged';
    return new RepositoryError(
      code,
      `No key file of the repository at ${backend.location} can be used: ${reasons}`,
      options,
    );
  }
  const untried = existing - tried;
  return new RepositoryError(
    'wrong-password',
    `Wrong password: no key of the repository at ${backend.location} opens with it` +
      (untried > 0 ? `; ${untried} more keys were not tried, name the right one with --key-hint` : '') +
      (broken.length > 0 ? `; ${reasons}` : ''),
    options,
  );
}
