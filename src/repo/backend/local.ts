/**
 * A repository in a local folder, in restic's default layout (design document, "Repository Layout"). The old
 * s3legacy layout is recognised and refused. Knows nothing of what the files hold.
 */

import { mkdir, readdir, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Backend, FileKind, FileName } from './backend.ts';
import { type CachedRead, loadCachedRead } from './cached-read.ts';
import { createDataThreads } from './data-threads.ts';
import { BackendError, type BackendErrorCode, describeFile } from './errors.ts';
import { InFlight } from './in-flight.ts';
import { fill, readWhole, writeWhole } from './local-files.ts';
import { OpenFiles } from './open-files.ts';
import { untilReleased } from './until-released.ts';

const FOLDERS: Record<Exclude<FileKind, 'config'>, string> = {
  key: 'keys',
  lock: 'locks',
  snapshot: 'snapshots',
  index: 'index',
  pack: 'data',
};
const STORAGE_ID = /^[0-9a-f]{64}$/;
/** A folder listing costs microseconds here, so a new snapshot may as well be seen at once. */
const LISTING_LIFETIME_MS = 1000;
/** Copied in some 20 microseconds, about what it costs to let a thread do it. */
const MOST_READ_AT_ONCE = 128 * 1024;

/** `folder` may be relative. Rejects with BackendError `unsupported` for the s3legacy layout. */
export async function openLocalBackend(folder: string): Promise<Backend> {
  const root = resolve(folder);
  if ((await isFolder(join(root, 'key'))) && !(await isFolder(join(root, 'keys')))) {
    throw new BackendError(
      'unsupported',
      `The repository at ${root} has the old s3legacy layout: convert it with 'restic migrate s3_layout' of restic 0.17 or older`,
    );
  }
  return new LocalBackend(root, await loadCachedRead());
}

class LocalBackend implements Backend {
  readonly location: string;
  readonly listingLifetime = LISTING_LIFETIME_MS;
  readonly #dataThreads = createDataThreads();
  readonly #packs = new OpenFiles(this.#dataThreads);
  /** All but the reads of packs, which are counted where they are made. */
  readonly #inFlight = new InFlight();
  readonly #cachedRead: CachedRead | undefined;

  constructor(root: string, cachedRead: CachedRead | undefined) {
    this.location = root;
    this.#cachedRead = cachedRead;
  }

  async list(kind: Exclude<FileKind, 'config'>, signal: AbortSignal): Promise<string[]> {
    signal.throwIfAborted();
    return this.#run(kind, () => this.#list(kind, signal), signal);
  }

  read(file: FileName, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    return this.#reading(file, signal, (path) => this.#run(file.kind, () => readWhole(path), signal));
  }

  readInto(file: FileName, offset: number, into: Uint8Array, signal: AbortSignal): Promise<void> {
    const read = async (descriptor: number): Promise<void> => {
      const small = into.length <= MOST_READ_AT_ONCE;
      if (small && this.#cachedRead?.(descriptor, into, offset)) return;
      await this.#inDataThread(() => fill(descriptor, into, offset), signal);
    };
    return this.#reading(file, signal, (path) => this.#packs.use(path, read));
  }

  async write(file: FileName, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const path = this.#path(file);
    try {
      await this.#inFlight.run(async () => {
        const modes = await modesLike(join(this.location, 'config'));
        await mkdir(dirname(path), { recursive: true, mode: modes.folder });
        await writeWhole(path, bytes, modes.file, signal);
      });
    } catch (error) {
      signal.throwIfAborted();
      throw this.#failure('write', file, error);
    }
  }

  async remove(file: FileName, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    try {
      const path = this.#path(file);
      await this.#inFlight.run(() => untilReleased(() => unlink(path), signal));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw this.#failure('remove', file, error);
      // Nothing is removed from a disk that was taken away.
      await this.#inFlight.run(() => this.#requireRepository());
    }
  }

  async close(): Promise<void> {
    await this.#inFlight.idle();
    await this.#packs.close();
  }

  async #reading<Result>(
    file: FileName,
    signal: AbortSignal,
    read: (path: string) => Promise<Result>,
  ): Promise<Result> {
    signal.throwIfAborted();
    const path = this.#path(file);
    try {
      return await read(path);
    } catch (error) {
      signal.throwIfAborted();
      throw this.#failure('read', file, error);
    }
  }

  /** Waits for a thread, except for locks: those must get through while others hang. */
  #run<Result>(kind: FileKind, work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    if (kind === 'lock') return this.#inFlight.run(work);
    return this.#inFlight.run(() => this.#inDataThread(work, signal));
  }

  #inDataThread<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    return this.#dataThreads.runExclusive(() => {
      // Whoever gave up while it waited needs no thread any more.
      signal.throwIfAborted();
      return work();
    });
  }

  async #list(kind: Exclude<FileKind, 'config'>, signal: AbortSignal): Promise<string[]> {
    const folder = join(this.location, FOLDERS[kind]);
    if (kind !== 'pack') return (await this.#names(folder)).filter((name) => STORAGE_ID.test(name));
    const packs: string[] = [];
    for (const prefix of await this.#names(folder)) {
      signal.throwIfAborted();
      if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
      packs.push(...(await this.#names(join(folder, prefix))).filter((name) => STORAGE_ID.test(name)));
    }
    return packs;
  }

  #path(file: FileName): string {
    if (file.kind === 'config') return join(this.location, 'config');
    if (!STORAGE_ID.test(file.name)) throw new RangeError(`Not a storage id: ${JSON.stringify(file.name)}`);
    const folder = join(this.location, FOLDERS[file.kind]);
    return file.kind === 'pack' ? join(folder, file.name.slice(0, 2), file.name) : join(folder, file.name);
  }

  async #names(folder: string): Promise<string[]> {
    try {
      return await readdir(folder);
    } catch (error) {
      // git and some copying tools leave out empty folders: one that is not there holds nothing.
      if (errorCode(error) === 'ENOENT') {
        await this.#requireRepository();
        return [];
      }
      throw new BackendError(codeOf(error), `Cannot list ${folder}: ${messageOf(error)}`, { cause: error });
    }
  }

  /** A disk that was taken away has no folders either, and an empty mountpoint stands in its place. */
  async #requireRepository(): Promise<void> {
    try {
      await stat(join(this.location, 'config'));
    } catch (error) {
      const what = `The repository at ${this.location} is not there any more`;
      throw new BackendError('failed', `${what}: ${messageOf(error)}`, { cause: error });
    }
  }

  #failure(action: string, file: FileName, error: unknown): BackendError {
    if (error instanceof BackendError) {
      const message = `Cannot ${action} ${describeFile(file)}: ${error.message}`;
      return new BackendError(error.code, message, { cause: error });
    }
    const where = `Cannot ${action} ${describeFile(file)} in ${this.location}`;
    return new BackendError(codeOf(error), `${where}: ${messageOf(error)}`, { cause: error });
  }
}

/** restic lets the group in where it may read the config file: shared repositories stay shared. */
async function modesLike(config: string): Promise<{ file: number; folder: number }> {
  const shared = ((await stat(config)).mode & 0o040) !== 0;
  return shared ? { file: 0o660, folder: 0o770 } : { file: 0o600, folder: 0o700 };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

function codeOf(error: unknown): BackendErrorCode {
  switch (errorCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'not-found';
    case 'EACCES':
    case 'EPERM':
      return 'denied';
    case 'EROFS':
      return 'read-only';
    default:
      return 'failed';
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
