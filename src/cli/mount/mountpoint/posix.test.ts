import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPosixMountpoint } from './posix.ts';

let base: string;
beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'snapmount-mountpoint-')));
  for (const folder of ['repo/data', 'empty', 'full', 'repo-beside']) {
    mkdirSync(join(base, folder), { recursive: true });
  }
  writeFileSync(join(base, 'full/file'), '');
  symlinkSync(join(base, 'repo/data'), join(base, 'way-in'));
  symlinkSync('circle', join(base, 'circle'));
  symlinkSync('missing', join(base, 'dangling'));
});
afterAll(() => rmSync(base, { recursive: true }));

function check(mountpoint: string, location = join(base, 'repo')) {
  const silent = () => {};
  const reporter = { warn: silent, note: silent, detail: silent, progress: silent };
  return checkPosixMountpoint(join(base, mountpoint), location, reporter, new AbortController().signal);
}

describe('checkPosixMountpoint', () => {
  test('returns the path without links', async () => {
    symlinkSync(join(base, 'empty'), join(base, 'link'));
    expect(await check('link')).toEqual({ path: join(base, 'empty'), note: undefined });
    symlinkSync('../link', join(base, 'repo-beside/link'));
    expect((await check('repo-beside/link')).path).toBe(join(base, 'empty'));
  });

  test('allows a folder with files and says that they will be hidden', async () => {
    expect((await check('full')).note).toMatch(/is not empty/);
  });

  test('allows a folder whose name begins like the repository', async () => {
    expect((await check('repo-beside')).path).toBe(join(base, 'repo-beside'));
  });

  test.each<[what: string, mountpoint: string, problem: RegExp]>([
    ['that is missing', 'missing', /does not exist: create it/],
    ['that is a file', 'full/file', /is not a folder$/],
    ['below a file', 'full/file/x', /is inaccessible \(ENOTDIR\)/],
    ['that leads to itself', 'circle', /is inaccessible \(ELOOP\)/],
    ['that leads nowhere', 'dangling', /does not exist: create it/],
    ['that is the repository', 'repo', /is the repository itself/],
    ['inside the repository', 'repo/data', /is inside the repository/],
    ['inside the repository by a link', 'way-in', /is inside the repository/],
    ['around the repository', '.', /holds the repository/],
  ])('refuses one %s', async (_, mountpoint, problem) => {
    await expect(check(mountpoint)).rejects.toThrow(problem);
  });

  test('knows the repository in other spellings', async () => {
    await expect(check('repo', `local:${base}/full/../repo`)).rejects.toThrow(/is the repository itself/);
  });

  test('refuses repositories that cannot be read, before anything is opened', async () => {
    await expect(check('empty', 'sftp:host:/repo')).rejects.toThrow(/not supported yet/);
  });

  test.skipIf(process.getuid?.() === 0)(
    'refuses one without permission (root has every permission)',
    async () => {
      mkdirSync(join(base, 'locked'), { mode: 0o500 });
      await expect(check('locked')).rejects.toThrow(/is not writable and searchable/);
    },
  );
});
