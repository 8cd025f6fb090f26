/** What a mounted volume holds, read through a client as a program of Windows would. */

import { createHash } from 'node:crypto';
import type { VolumeClient } from '../../../src/mount/winfsp/testing/volume-client.ts';
import { FileAttribute } from '../../../src/mount/winfsp/wire/constants.ts';

/** Path from the folder and SHA-256, of each file below it and of each stream (`file:stream`). Follows no links. */
export async function contentsBelow(
  client: VolumeClient,
  folder: string,
  /** Below the folder: where to begin. */
  at = '',
): Promise<[path: string, hash: string][]> {
  const found = await streamsOf(client, folder, at);
  for (const { name, info } of await client.list(folder + at)) {
    if (name === '.' || name === '..' || (info.attributes & FileAttribute.ReparsePoint) !== 0) continue;
    const path = `${at}\\${name}`;
    if ((info.attributes & FileAttribute.Directory) !== 0) {
      found.push(...(await contentsBelow(client, folder, path)));
    } else {
      const content = await client.readFile(folder + path);
      found.push([path, sha256(content)], ...(await streamsOf(client, folder, path)));
    }
  }
  return found;
}

async function streamsOf(client: VolumeClient, folder: string, path: string): Promise<[string, string][]> {
  const { handle } = await client.open(folder + path);
  const streams = await client.streams(handle);
  await client.close(handle);
  const found: [string, string][] = [];
  for (const [name] of streams) {
    if (name === '') continue;
    found.push([`${path}:${name}`, sha256(await client.readFile(`${folder}${path}:${name}`))]);
  }
  return found;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
