/** Backups that are made while the repository is mounted appear; what is open goes on as it was. */

import { open, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { mount } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { resticOutput, restics } from './support/restic.ts';

/** How soon a new snapshot must be seen in a local repository: as soon as restic would show it. */
const SOON = { timeout: 60_000, interval: 100 };

describe.each(restics)(
  'a snapshot that $name makes while mounted',
  needs('root', 'restic', '/dev/fuse'),
  (restic) => {
    test('appears in every folder that is for it, and latest moves to it', async () => {
      const repository = await smallRepository(restic);
      const { path } = await mount(repository);
      const before = await readdir(join(path, 'snapshots'));
      const latest = await readlink(join(path, 'snapshots/latest'));
      const handle = await open(join(path, 'snapshots/latest/notes'));
      expect(await readdir(join(path, 'hosts'))).toEqual(['here']);

      await backUp(repository, 'second\n', '2020-02-02 02:02:02', ['--host', 'there', '--tag', 'new']);

      await expect.poll(() => readlink(join(path, 'snapshots/latest')), SOON).not.toBe(latest);
      expect(await readFile(join(path, 'snapshots/latest/notes'), 'utf8')).toBe('second\n');
      expect(await readdir(join(path, 'snapshots'))).toHaveLength(before.length + 1);
      await expect.poll(() => readdir(join(path, 'hosts')), SOON).toEqual(['here', 'there']);
      expect(await readFile(join(path, 'hosts/there/latest/notes'), 'utf8')).toBe('second\n');
      expect(await readFile(join(path, 'hosts/here/latest/notes'), 'utf8')).toBe('first\n');
      await expect
        .poll(() => readFile(join(path, 'tags/new/latest/notes'), 'utf8').catch(String), SOON)
        .toBe('second\n');
      expect(await readdir(join(path, 'ids'))).toHaveLength(2);

      expect((await handle.read(Buffer.alloc(6), 0, 6, 0)).buffer.toString()).toBe('first\n');
      await handle.close();
      expect(await readFile(join(path, 'snapshots', latest, 'notes'), 'utf8')).toBe('first\n');
    });

    test('that makes latest older does not move it', async () => {
      const repository = await smallRepository(restic);
      const { path } = await mount(repository);
      const latest = await readlink(join(path, 'snapshots/latest'));
      await backUp(repository, 'older\n', '2019-01-01 00:00:00', ['--host', 'here']);
      await expect.poll(() => readdir(join(path, 'ids')), SOON).toHaveLength(2);
      expect(await readlink(join(path, 'snapshots/latest'))).toBe(latest);
    });

    async function backUp(repository: string, notes: string, time: string, args: string[]): Promise<void> {
      const folder = await temporaryFolder();
      await writeFile(join(folder, 'notes'), notes);
      await resticOutput(restic, repository, ['backup', '--time', time, ...args, 'notes'], { cwd: folder });
    }
  },
);
