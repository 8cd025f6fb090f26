/** Key files for tests: one that restic made, and cheap ones in the same format. */

import { createHash, randomBytes, scryptSync } from 'node:crypto';
import type { MemoryBackend } from '../../backend/testing/memory-backend.ts';
import type { MasterKey } from '../crypto/master-key.ts';
import { portableSuites } from '../crypto/portable-suite.ts';

/** Made by restic 0.19.1 for the master key of known-answer.ts. */
export const RESTIC_KEY_FILE =
  '{"created":"2026-11-20T08:47:58.471511154Z","username":"root","hostname":"vm","kdf":"scrypt","N":32768,"r":8,"p":9,' +
  '"salt":"UOJ+1blmphIesE35ZgDNBqoncJZRAHJgvVrej13fs/+kYCQKstH4qRipGs+awMxO38u46t9WCxMbK/JpOphq9A==",' +
  '"data":"Ruq75OJl26/n6oG8HyeVEvgT6uYgDX1z1dd4iquW+PRn41ftOWKbiheasNPRZr2nCW14qlTXSfjOi84f' +
  '7dkH/vH/7U/TDXHX2spVnTyQN6YNhHSdhTkl/G9aKfrrlJxmPaVM+w84CxZX4jVXVx+fynqgf3DjYyZX' +
  'E2448PYcb5WNpaDX4adizx4epltWPVFSo5Fq4H2rz6dDr5BKWvghog=="}';
export const RESTIC_KEY_ID = '9f5a28347a8e38cec760e045e98690df3885c1229733e8be720f9583d51c30f8';
export const RESTIC_PASSWORD = 'throwaway';

/** A key file that costs next to nothing to open. `change` replaces fields. */
export function makeKeyFile(password: string, key: MasterKey, change: Record<string, unknown> = {}): string {
  const salt = randomBytes(64);
  const derived = new Uint8Array(scryptSync(password, salt, 64, { N: 16, r: 1, p: 1 }));
  const suite = portableSuites.create({
    encrypt: derived.subarray(0, 32),
    macK: derived.subarray(32, 48),
    macR: derived.subarray(48),
  });
  const data = suite.seal(Buffer.from(JSON.stringify(documentOf(key))));
  suite.dispose();
  const file = { kdf: 'scrypt', N: 16, r: 1, p: 1, salt: base64(salt), data: base64(data), ...change };
  return JSON.stringify(file);
}

/** Returns the key file's id. */
export function addKeyFile(backend: MemoryBackend, json: string): string {
  const name = createHash('sha256').update(json).digest('hex');
  backend.files.set(`key/${name}`, new Uint8Array(Buffer.from(json)));
  return name;
}

function documentOf(key: MasterKey): object {
  return { mac: { k: base64(key.macK), r: base64(key.macR) }, encrypt: base64(key.encrypt) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
