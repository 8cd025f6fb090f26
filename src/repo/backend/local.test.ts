import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openLocalBackend } from './local.ts';
import { describeBackend } from './testing/conformance.ts';

const never = new AbortController().signal;
const id = 'c0'.repeat(32);
const folders: string[] = [];

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
      backend.read({ kind: 'pack', name: id }, { offset, length: 50 }, never),
    );
    await Promise.all(reads);
    await rename(join(folder, 'data'), join(folder, 'gone'));
    // Still open: a pack that was in use stays readable.
    await backend.read({ kind: 'pack', name: id }, { offset: 0, length: 1 }, never);
    await backend.close();
    expect(await openDescriptors(folder)).toEqual([]);
  });
});

async function openDescriptors(folder: string): Promise<string[]> {
  const { readlink } = await import('node:fs/promises');
  const open: string[] = [];
  for (const descriptor of await readdir('/proc/self/fd')) {
    const path = await readlink(`/proc/self/fd/${descriptor}`).catch(() => '');
    if (path.startsWith(folder)) open.push(path);
  }
  return open;
}
