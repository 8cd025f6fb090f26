/**
 * Reads and damages the files of a repository on disk. Seals without the code that is under test; what it needs to
 * know it asks restic.
 */

import { createHash } from 'node:crypto';
import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PASSWORD, type Restic, resticOutput } from './restic.ts';
import { quickKeyFile } from './restic-writer/key-file.ts';
import { type MasterKey, seal, unseal } from './restic-writer/seal.ts';

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
 * Replaces the keys of a repository by one that opens at once with the same password: those that restic makes are
 * what takes longest where a test starts many programs.
 */
export async function makeQuickToOpen(restic: Restic, repository: string): Promise<void> {
  const masterKey = JSON.parse(await resticOutput(restic, repository, ['cat', 'masterkey'])) as MasterKey;
  const text = quickKeyFile(PASSWORD, masterKey);
  const keys = join(repository, 'keys');
  for (const name of await readdir(keys)) await rm(join(keys, name));
  await writeFile(join(keys, createHash('sha256').update(text).digest('hex')), text);
}
