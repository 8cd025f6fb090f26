/** Key files that open at once. Those that restic makes cost half a second each time, by design. */

import { randomBytes, scryptSync } from 'node:crypto';
import { type MasterKey, seal } from './seal.ts';

/** restic takes any cost that scrypt is defined for. */
const QUICK_SCRYPT = { N: 1024, r: 8, p: 1 };

/** The text of a key file. `random` gives fresh bytes: salt and nonce. */
export function quickKeyFile(
  password: string,
  masterKey: MasterKey,
  random: (length: number) => Uint8Array = randomBytes,
): string {
  const salt = Buffer.from(random(64));
  const derived = scryptSync(password, salt, 64, QUICK_SCRYPT);
  const part = (start: number, end: number) => derived.subarray(start, end).toString('base64');
  const userKey = { encrypt: part(0, 32), mac: { k: part(32, 48), r: part(48, 64) } };
  const data = seal(userKey, Buffer.from(JSON.stringify(masterKey)), random(16)).toString('base64');
  const owner = { created: '2020-01-01T00:00:00Z', username: 'test', hostname: 'here' };
  return JSON.stringify({ ...owner, kdf: 'scrypt', ...QUICK_SCRYPT, salt: salt.toString('base64'), data });
}
