/** Reading and writing the files of a local folder, whole or in part. Knows neither names nor what is in them. */

import { randomBytes } from 'node:crypto';
import { read } from 'node:fs';
import { chmod, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackendError } from './errors.ts';
import { untilReleased } from './until-released.ts';

/** In names that no listing takes for a file's: restic's begin with `-tmp-` as well. */
const TEMPORARY = '-tmp-snapmount-';
/** Milliseconds: what takes longer to write has been given up. */
const ABANDONED_AFTER = 60 * 60_000;

/** The result owns its buffer. */
export async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(path);
  // Small files may come from Node's shared buffer pool, which must not be transferred to a thread.
  if (bytes.byteLength === bytes.buffer.byteLength) return bytes as Uint8Array<ArrayBuffer>;
  return new Uint8Array(bytes);
}

/** All of `into`, from `offset` of the file. Rejects with BackendError `truncated` where the file ends before. */
export function fill(descriptor: number, into: Uint8Array, offset: number): Promise<void> {
  return new Promise((fulfil, reject) => {
    readFrom(0);
    function readFrom(done: number): void {
      read(descriptor, into, done, into.length - done, offset + done, (error, count) => {
        if (error !== null) reject(error);
        else if (done + count === into.length) fulfil();
        else if (count === 0) reject(truncated(offset + into.length, into.length - done));
        else readFrom(done + count);
      });
    }
  });
}

function truncated(end: number, missing: number): BackendError {
  return new BackendError(
    'truncated',
    `the file ends ${missing} bytes before byte ${end}, which the index says it has`,
  );
}

/**
 * Temporary name, sync, rename: as restic does, whose listings ignore the temporary name too. A file that was given up
 * by `signal` does not appear. What processes have left that were killed while they wrote here goes on this occasion.
 */
export async function writeWhole(
  path: string,
  bytes: Uint8Array,
  mode: number,
  signal: AbortSignal,
): Promise<void> {
  await removeAbandoned(dirname(path));
  const temporary = `${path}${TEMPORARY}${randomBytes(4).toString('hex')}`;
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // On Windows, where restic does not do this either, other programs could not remove the file.
    if (process.platform !== 'win32') await chmod(temporary, mode & ~0o222);
    signal.throwIfAborted();
    await untilReleased(() => rename(temporary, path), signal);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

/** It is litter and does no harm: that it cannot be removed is no reason to fail. */
async function removeAbandoned(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => each.includes(TEMPORARY))) {
    const path = join(folder, name);
    const age = await stat(path)
      .then(({ mtimeMs }) => Date.now() - mtimeMs)
      .catch(() => 0);
    if (age > ABANDONED_AFTER) await unlink(path).catch(() => undefined);
  }
}
