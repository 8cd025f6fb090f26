/**
 * Reads and damages the files of a repository on disk. Seals by restic's design document on its own, without the
 * code that is under test; what it needs to know it asks restic.
 */

import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { poly1305 } from '@noble/ciphers/_poly1305.js';
import { PASSWORD, type Restic, resticOutput } from './restic.ts';

export interface BlobPlace {
  readonly id: string;
  readonly type: 'data' | 'tree';
  readonly pack: string;
  /** Bytes in the pack. */
  readonly offset: number;
  readonly length: number;
}

/** The name of the one file in a folder of the repository. */
export async function nameOfOnly(repository: string, folder: string): Promise<string> {
  const [name, ...more] = await readdir(join(repository, folder));
  if (name === undefined || more.length > 0) throw new Error(`${folder} does not hold just one file`);
  return name;
}

/** Where each blob of the repository lies. */
export async function blobsIn(restic: Restic, repository: string): Promise<BlobPlace[]> {
  const places: BlobPlace[] = [];
  for (const index of await readdir(join(repository, 'index'))) {
    const { packs } = JSON.parse(await resticOutput(restic, repository, ['cat', 'index', index])) as {
      packs: { id: string; blobs: Omit<BlobPlace, 'pack'>[] }[];
    };
    for (const { id: pack, blobs } of packs) places.push(...blobs.map((blob) => ({ ...blob, pack })));
  }
  return places;
}

/** Damages a blob in the middle, and nothing else of its pack. */
export function damageBlob(repository: string, blob: BlobPlace): Promise<void> {
  const pack = join(repository, 'data', blob.pack.slice(0, 2), blob.pack);
  return flipByte(pack, blob.offset + Math.floor(blob.length / 2));
}

/** Turns over every bit of one byte of a file. */
export async function flipByte(path: string, offset: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, offset);
    await file.write(Buffer.of(~byte.readUInt8() & 0xff), 0, 1, offset);
  } finally {
    await file.close();
  }
}

/** Replaces the config by a changed one that is sealed as restic would seal it. */
export async function rewriteConfig(
  restic: Restic,
  repository: string,
  change: (config: object) => object,
): Promise<void> {
  const key = JSON.parse(await resticOutput(restic, repository, ['cat', 'masterkey'])) as MasterKey;
  const path = join(repository, 'config');
  const config = JSON.parse(unseal(key, await readFile(path)).toString()) as object;
  await writeFile(path, seal(key, Buffer.from(JSON.stringify(change(config)))));
}

/**
 * Replaces the keys of a repository by one that opens at once with the same password. Those that restic makes cost
 * half a second each time, by design, which is what takes longest where a test starts many programs.
 */
export async function makeQuickToOpen(restic: Restic, repository: string): Promise<void> {
  const masterKey = await resticOutput(restic, repository, ['cat', 'masterkey']);
  const salt = randomBytes(64);
  const derived = scryptSync(PASSWORD, salt, 64, QUICK_SCRYPT);
  const part = (start: number, end: number) => derived.subarray(start, end).toString('base64');
  const userKey = { encrypt: part(0, 32), mac: { k: part(32, 48), r: part(48, 64) } };
  const data = seal(userKey, Buffer.from(masterKey)).toString('base64');
  const owner = { created: '2020-01-01T00:00:00Z', username: 'test', hostname: 'here' };
  const file = { ...owner, kdf: 'scrypt', ...QUICK_SCRYPT, salt: salt.toString('base64'), data };
  const text = JSON.stringify(file);
  const keys = join(repository, 'keys');
  for (const name of await readdir(keys)) await rm(join(keys, name));
  await writeFile(join(keys, createHash('sha256').update(text).digest('hex')), text);
}

const QUICK_SCRYPT = { N: 1024, r: 8, p: 1 };

/** As `restic cat masterkey` prints it, in base64. */
interface MasterKey {
  readonly mac: { readonly k: string; readonly r: string };
  readonly encrypt: string;
}

/** IV, ciphertext, MAC: "Keys, Encryption and MAC" of restic's design document. */
function seal(key: MasterKey, plaintext: Uint8Array): Buffer {
  const iv = randomBytes(16);
  const ciphertext = createCipheriv('aes-256-ctr', Buffer.from(key.encrypt, 'base64'), iv).update(plaintext);
  const nonce = createCipheriv('aes-128-ecb', Buffer.from(key.mac.k, 'base64'), null).update(iv);
  const mac = poly1305(ciphertext, Buffer.concat([Buffer.from(key.mac.r, 'base64'), nonce]));
  return Buffer.concat([iv, ciphertext, mac]);
}

function unseal(key: MasterKey, sealed: Buffer): Buffer {
  const cipher = createDecipheriv('aes-256-ctr', Buffer.from(key.encrypt, 'base64'), sealed.subarray(0, 16));
  return cipher.update(sealed.subarray(16, -16));
}
