/** Damage in a repository stays where it is: EIO for what is damaged, a line that says what, all else readable. */

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from './support/fixtures.ts';
import { locksIn, type Mount, mount, snapmountProgram } from './support/mount.ts';
import { type BlobPlace, blobsIn, damageBlob, flipByte } from './support/repository-files.ts';
import { needs } from './support/require-tool.ts';
import { CLEAN_ENVIRONMENT, PASSWORD, type Restic, resticOutput, restics } from './support/restic.ts';
import { run } from './support/run.ts';

describe.each(restics)('in a repository of $name', needs('restic', '/dev/fuse'), (restic) => {
  let repository: string;
  let blobs: readonly BlobPlace[];

  beforeEach(async () => {
    repository = await threeFiles(restic);
    blobs = await blobsIn(restic, repository);
  });

  test('a damaged piece of a file is an error there and nowhere else', async () => {
    const blob = blobs.find((found) => found.id === sha256('the damaged one'))!;
    await damageBlob(repository, blob);
    const mounted = await mount(repository);
    await expectDamage(mounted, 'damaged/file', blob);
    await mounted.unmount();
  });

  test('a damaged folder is an error there and nowhere else', async () => {
    const blob = await treeBlob('damaged');
    await damageBlob(repository, blob);
    const mounted = await mount(repository);
    await expect(readdir(join(mounted.path, 'snapshots/latest/damaged'))).rejects.toMatchObject({
      code: 'EIO',
    });
    await expectDamage(mounted, 'damaged', blob);
    await mounted.unmount();
  });

  test('a pack that is missing is an error for what it held', async () => {
    const blob = blobs.find((found) => found.id === sha256('the damaged one'))!;
    await rm(join(repository, 'data', blob.pack.slice(0, 2), blob.pack));
    const mounted = await mount(repository);
    await expect(readFile(join(mounted.path, 'snapshots/latest/damaged/file'))).rejects.toMatchObject({
      code: 'EIO',
    });
    expect(await readdir(join(mounted.path, 'snapshots/latest/damaged'))).toEqual(['file', 'whole']);
    await expect.poll(mounted.stderr).toContain(blob.pack);
    await mounted.unmount();
  });

  test('a damaged index file is said, and what the others list is readable', async () => {
    const [damaged] = await readdir(join(repository, 'index'));
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'later'), 'the later one');
    await resticOutput(restic, repository, ['backup', '--host', 'later', 'later'], { cwd: folder });
    await flipByte(join(repository, 'index', damaged!), 50);
    const mounted = await mount(repository);
    expect(await readFile(join(mounted.path, 'hosts/later/latest/later'), 'utf8')).toBe('the later one');
    const [snapshot] = (await readdir(join(mounted.path, 'snapshots'))).sort();
    await expect(readdir(join(mounted.path, 'snapshots', snapshot!))).rejects.toMatchObject({ code: 'EIO' });
    expect(mounted.stderr()).toMatch(new RegExp(`index file ${damaged}.*restic repair index`));
    await mounted.unmount();
  });

  test('ls --recursive lists what it can around a damaged folder, and exits with 1', async () => {
    const blob = await treeBlob('damaged');
    await damageBlob(repository, blob);
    const args = [snapmountProgram, '-r', repository, 'ls', '--recursive', 'latest'];
    const env = { ...CLEAN_ENVIRONMENT, RESTIC_PASSWORD: PASSWORD };
    const outcome = await run(process.execPath, args, { env });
    expect(outcome).toMatchObject({ code: 1, stdout: '/damaged\n/other\n/other/file\n' });
    expect(outcome.stderr).toContain(blob.id);
    expect(locksIn(repository)).toEqual([]);
  });

  /** Reading `path` fails, its line names path, blob and pack, and it is said once; the other files read well. */
  async function expectDamage(mounted: Mount, path: string, blob: BlobPlace): Promise<void> {
    const snapshot = join(mounted.path, 'snapshots/latest');
    for (const _ of ['first', 'again']) {
      await expect(readFile(join(snapshot, 'damaged/file'))).rejects.toMatchObject({ code: 'EIO' });
    }
    expect(await readFile(join(snapshot, 'other/file'), 'utf8')).toBe('the other one');
    if (blob.type === 'data') {
      expect(await readFile(join(snapshot, 'damaged/whole'), 'utf8')).toBe('the whole one');
    }
    await expect.poll(mounted.stderr).toContain(blob.pack);
    const lines = mounted.stderr().trimEnd().split('\n');
    const naming = lines.filter(
      (line) => line.includes(blob.id) && line.includes(blob.pack) && line.includes(path),
    );
    expect(naming, mounted.stderr()).toHaveLength(1);
  }

  async function treeBlob(folder: string): Promise<BlobPlace> {
    const { tree } = JSON.parse(
      await resticOutput(restic, repository, ['cat', 'snapshot', await snapshotId()]),
    );
    const { nodes } = JSON.parse(await resticOutput(restic, repository, ['cat', 'blob', tree])) as {
      nodes: { name: string; subtree: string }[];
    };
    const { subtree } = nodes.find(({ name }) => name === folder)!;
    return blobs.find(({ id }) => id === subtree)!;
  }

  async function snapshotId(): Promise<string> {
    return (await readdir(join(repository, 'snapshots')))[0]!;
  }
});

async function threeFiles(restic: Restic): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, text] of [
    ['damaged/file', 'the damaged one'],
    ['damaged/whole', 'the whole one'],
    ['other/file', 'the other one'],
  ] as const) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const repository = join(folder, 'repository');
  await resticOutput(restic, repository, ['init']);
  await resticOutput(restic, repository, ['backup', 'damaged', 'other'], { cwd: folder });
  return repository;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
