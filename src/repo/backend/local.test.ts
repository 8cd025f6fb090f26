import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { loadCachedRead } from './cached-read.ts';
import { openLocalBackend } from './local.ts';
import { describeBackend } from './testing/conformance.ts';

const never = new AbortController().signal;
const id = 'c0'.repeat(32);
const folders: string[] = [];
const cachedRead = await loadCachedRead();

async function emptyRepository(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'snapmount-local-'));
  folders.push(folder);
  await writeFile(join(folder, 'config'), new Uint8Array(155), { mode: 0o600 });
  return folder;
}
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

describeBackend('LocalBackend', async () => openLocalBackend(await emptyRepository()));

describe('LocalBackend', () => {
  test('lists no temporary or foreign file', async () => {
    const folder = await emptyRepository();
    await mkdir(join(folder, 'locks'));
    await mkdir(join(folder, 'data', 'c0'), { recursive: true });
    await mkdir(join(folder, 'data', 'lost+found'));
    for (const name of [`${id}-tmp-1234`, 'README', id.toUpperCase()]) {
      await writeFile(join(folder, 'locks', name), '');
      await writeFile(join(folder, 'data', 'c0', name), '');
    }
    const backend = await openLocalBackend(folder);
    expect(await backend.list('lock', never)).toEqual([]);
    expect(await backend.list('pack', never)).toEqual([]);
    await backend.close();
  });

  test('writes files that nobody may change, with the group of a shared repository let in', async () => {
    const folder = await emptyRepository();
    const backend = await openLocalBackend(folder);
    await backend.write({ kind: 'lock', name: id }, new Uint8Array(9), never);
    expect((await stat(join(folder, 'locks', id))).mode & 0o777).toBe(0o400);
    await backend.remove({ kind: 'lock', name: id }, never);
    await chmod(join(folder, 'config'), 0o640);
    await backend.write({ kind: 'lock', name: id }, new Uint8Array(9), never);
    expect((await stat(join(folder, 'locks', id))).mode & 0o777).toBe(0o440);
    await backend.close();
  });

  test('removes what was left by writes that were killed, once it is an hour old', async () => {
    const folder = await emptyRepository();
    await mkdir(join(folder, 'locks'));
    const backend = await openLocalBackend(folder);
    const [old, fresh] = ['11111111', '22222222'].map((end) => `${id}-tmp-snapmount-${end}`);
    const others = `${id}-tmp-33333333`;
    for (const name of [old!, fresh!, others]) await writeFile(join(folder, 'locks', name), '');
    const twoHoursAgo = Date.now() / 1000 - 7200;
    for (const name of [old!, others]) await utimes(join(folder, 'locks', name), twoHoursAgo, twoHoursAgo);
    await backend.write({ kind: 'lock', name: id }, new Uint8Array(9), never);
    expect((await readdir(join(folder, 'locks'))).sort()).toEqual([id, others, fresh]);
    await backend.close();
  });

  test('leaves no temporary file when a write fails', async () => {
    const folder = await emptyRepository();
    await mkdir(join(folder, 'locks', id), { recursive: true });
    await writeFile(join(folder, 'locks', id, 'in the way'), '');
    const backend = await openLocalBackend(folder);
    await expect(backend.write({ kind: 'lock', name: id }, new Uint8Array(9), never)).rejects.toMatchObject({
      name: 'BackendError',
    });
    expect(await readdir(join(folder, 'locks'))).toEqual([id]);
    await backend.close();
  });

  test('refuses the s3legacy layout with the cure', async () => {
    const folder = await emptyRepository();
    await mkdir(join(folder, 'key'));
    await expect(openLocalBackend(folder)).rejects.toThrow(/s3legacy.*restic migrate s3_layout/);
  });

  test('closes the packs that it kept open', async () => {
    const folder = await emptyRepository();
    const backend = await openLocalBackend(folder);
    await backend.write({ kind: 'pack', name: id }, new Uint8Array(100), never);
    const reads = [0, 50].map((offset) =>
      backend.readInto({ kind: 'pack', name: id }, offset, new Uint8Array(50), never),
    );
    await Promise.all(reads);
    await rename(join(folder, 'data'), join(folder, 'gone'));
    // Still open: a pack that was in use stays readable.
    await backend.readInto({ kind: 'pack', name: id }, 0, new Uint8Array(1), never);
    await backend.close();
    expect(await openDescriptors(folder)).toEqual([]);
  });

  test('takes a missing folder for an empty one, but not a missing repository', async () => {
    const folder = await emptyRepository();
    const backend = await openLocalBackend(folder);
    expect(await backend.list('snapshot', never)).toEqual([]);
    await rm(join(folder, 'config'));
    const gone = { name: 'BackendError', code: 'failed', permanent: false };
    await expect(backend.list('snapshot', never)).rejects.toMatchObject(gone);
    await rm(folder, { recursive: true });
    await expect(backend.list('pack', never)).rejects.toMatchObject(gone);
    await backend.close();
  });

  test('does not take a lock for removed from a disk that was taken away', async () => {
    const folder = await emptyRepository();
    const backend = await openLocalBackend(folder);
    await rm(folder, { recursive: true });
    await expect(backend.remove({ kind: 'lock', name: id }, never)).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining('not there any more'),
    });
    await backend.close();
  });

  test.skipIf(process.platform === 'win32')(
    'writes, lists, reads and removes locks while every read of data hangs',
    async () => {
      const folder = await emptyRepository();
      const backend = await openLocalBackend(folder);
      const pipes = await pipesAsPacks(folder, 20);
      const reads = pipes.map(({ name }, i) => {
        const pipe = { kind: 'pack', name } as const;
        return i % 2 === 0 ? backend.read(pipe, never) : backend.readInto(pipe, 0, new Uint8Array(1), never);
      });
      const settled = Promise.allSettled(reads);
      const gaveUp = new AbortController();
      const given = expect(backend.read({ kind: 'index', name: id }, gaveUp.signal)).rejects.toThrow(
        'Given up',
      );
      gaveUp.abort(new Error('Given up'));
      const lock = { kind: 'lock', name: id } as const;
      await backend.write(lock, new Uint8Array(9), never);
      expect(await backend.list('lock', never)).toEqual([id]);
      expect((await backend.read(lock, never)).byteLength).toBe(9);
      await backend.remove(lock, never);
      expect(await backend.list('lock', never)).toEqual([]);
      await letEnd(pipes, settled);
      await given;
      await backend.close();
      expect(await openDescriptors(folder)).toEqual([]);
    },
  );

  test('waits for what is in flight when it is closed', async () => {
    const folder = await emptyRepository();
    const backend = await openLocalBackend(folder);
    await backend.write({ kind: 'pack', name: id }, randomBytes(1e6), never);
    const ended: string[] = [];
    const calls = [
      backend.write({ kind: 'lock', name: id }, new Uint8Array(9), never).then(() => ended.push('write')),
      backend.list('pack', never).then(() => ended.push('list')),
      backend.read({ kind: 'config', name: '' }, never).then(() => ended.push('whole')),
      backend
        .readInto({ kind: 'pack', name: id }, 0, new Uint8Array(1e6), never)
        .then(() => ended.push('range')),
    ];
    await backend.close();
    expect(ended.sort()).toEqual(['list', 'range', 'whole', 'write']);
    expect(await openDescriptors(folder)).toEqual([]);
    await Promise.all(calls);
  });

  // Elsewhere nothing is read this way.
  test.skipIf(cachedRead === undefined)(
    'reads through the page cache what it reads through threads',
    async () => {
      const folder = await emptyRepository();
      const path = join(folder, 'pack');
      const bytes = randomBytes(200_000);
      await writeFile(path, bytes);
      const file = await open(path);
      for (const [offset, length] of [
        [0, 1],
        [1, 65_536],
        [199_999, 1],
        [0, 200_000],
      ] as const) {
        const threaded = Buffer.alloc(length);
        await file.read(threaded, 0, length, offset);
        const cached = Buffer.alloc(length);
        expect(cachedRead?.(file.fd, cached, offset)).toBe(true);
        expect(cached).toEqual(threaded);
      }
      expect(cachedRead?.(file.fd, Buffer.alloc(2), 199_999)).toBe(false);
      expect(cachedRead?.(file.fd, Buffer.alloc(1), 200_000)).toBe(false);
      expect(cachedRead?.(-1, Buffer.alloc(1), 0)).toBe(false);
      await file.close();
    },
  );
});

interface Pipe {
  readonly name: string;
  readonly path: string;
}

/** Packs whose opening hangs until somebody writes to them, as every file does on a disk that does not answer. */
async function pipesAsPacks(folder: string, count: number): Promise<Pipe[]> {
  await mkdir(join(folder, 'data', 'ab'), { recursive: true });
  const pipes = Array.from({ length: count }, (_, i) => {
    const name = `ab${String(i).padStart(62, '0')}`;
    return { name, path: join(folder, 'data', 'ab', name) };
  });
  await promisify(execFile)(
    'mkfifo',
    pipes.map(({ path }) => path),
  );
  return pipes;
}

/**
 * Whoever opens a pipe for reading and writing waits for nobody, and lets all others in; who reads a whole pipe waits
 * for its writers to go. They take turns, so it is done until the last has ended.
 */
async function letEnd(pipes: readonly Pipe[], readers: Promise<unknown>): Promise<void> {
  let ended = false;
  const end = readers.finally(() => {
    ended = true;
  });
  while (!ended) {
    const writers = pipes.map(({ path }) => openSync(path, 'r+'));
    await new Promise(setImmediate);
    for (const writer of writers) closeSync(writer);
  }
  await end;
}

async function openDescriptors(folder: string): Promise<string[]> {
  const { readlink } = await import('node:fs/promises');
  const open: string[] = [];
  for (const descriptor of await readdir('/proc/self/fd')) {
    const path = await readlink(`/proc/self/fd/${descriptor}`).catch(() => '');
    if (path.startsWith(folder)) open.push(path);
  }
  return open;
}
