/**
 * The JSON of a key file and of the master key sealed in it (restic's design document, "Keys, Encryption and
 * MAC"), checked field by field. Pure: no storage, no cipher.
 */

import { ENCRYPT_KEY_BYTES, MAC_K_BYTES, MAC_R_BYTES, type MasterKey } from './crypto/master-key.ts';
import { OVERHEAD_BYTES } from './crypto/sealed.ts';
import { DecodeError } from './decode/decode-error.ts';
import { JsonObject } from './json/json-object.ts';

export interface KeyFile {
  readonly scrypt: ScryptCost;
  readonly salt: Uint8Array;
  /** The master key's JSON, sealed with what scrypt makes of the password. */
  readonly sealed: Uint8Array<ArrayBuffer>;
}

/** RFC 7914, section 2. */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

const MOST_FILE_BYTES = 2 ** 20;
const SALT_BYTES = 64;
/** restic itself takes 60 MiB and half a second at most; a file may not make us take what the machine has. */
const MOST_MEMORY = 2 ** 30;
const MOST_WORK = 8 * 2 ** 30;

/** Throws DecodeError: `damaged`, or `unsupported` for another key derivation than scrypt. */
export function parseKeyFile(json: Uint8Array): KeyFile {
  if (json.length > MOST_FILE_BYTES) throw new DecodeError('damaged', `it has ${json.length} bytes`);
  const document = JsonObject.parse(json);
  const derivation = document.text('kdf');
  if (derivation !== 'scrypt') {
    throw new DecodeError('unsupported', `its key derivation is ${JSON.stringify(derivation)}, not scrypt`);
  }
  const scrypt = { N: document.count('N'), r: document.count('r'), p: document.count('p') };
  assertBearable(scrypt);
  const salt = document.bytes('salt');
  if (salt.length !== SALT_BYTES) throw new DecodeError('damaged', `its salt has ${salt.length} bytes`);
  const sealed = document.bytes('data');
  if (sealed.length <= OVERHEAD_BYTES)
    throw new DecodeError('damaged', `its data has ${sealed.length} bytes`);
  return { scrypt, salt, sealed };
}

/** What scrypt needs for its large table; its work is that times p. */
export function scryptMemory({ N, r }: ScryptCost): number {
  return 128 * N * r;
}

function assertBearable(cost: ScryptCost): void {
  const { N, p } = cost;
  const isPowerOfTwo = N > 1 && Number.isInteger(Math.log2(N));
  const memory = scryptMemory(cost);
  if (isPowerOfTwo && memory <= MOST_MEMORY && memory * p <= MOST_WORK) return;
  throw new DecodeError('damaged', `its scrypt parameters are out of bounds (N=${N}, r=${cost.r}, p=${p})`);
}

/** Throws DecodeError `damaged`, also for keys of zeros: restic never makes those. */
export function parseMasterKey(json: Uint8Array): MasterKey {
  const document = JsonObject.parse(json);
  const mac = document.object('mac');
  return {
    encrypt: secret(document, 'encrypt', ENCRYPT_KEY_BYTES),
    macK: secret(mac, 'k', MAC_K_BYTES),
    macR: secret(mac, 'r', MAC_R_BYTES),
  };
}

function secret(document: JsonObject, name: string, length: number): Uint8Array {
  const bytes = document.bytes(name);
  if (bytes.length !== length || bytes.every((byte) => byte === 0)) {
    throw new DecodeError('damaged', `its ${name} is no key of ${length} bytes`);
  }
  return bytes;
}
