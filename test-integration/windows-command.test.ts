import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { needs } from './support/require-tool.ts';
import { systemRestic } from './support/restic.ts';
import { installSnapmount, mountOnWindows, snapmountOnWindows } from './support/windows/snapmount.ts';
import { endWine, installStandIn, WINE_NEEDS, windowsPath } from './support/windows/wine.ts';

const NOTHING_WRONG = { unanswered: 0, unknown: 0, malformed: 0, twice: 0, guarded: 0 };

describe('snapmount on Windows, under Wine', needs('restic', ...WINE_NEEDS), () => {
  let folder: string;
  let repository: string;

  beforeAll(async () => {
    await installStandIn();
    installSnapmount();
    folder = await temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    repository = await smallRepository(systemRestic());
  });
  afterAll(endWine);

  describe('mount', () => {
    test('serves a repository at a letter, and says where', async () => {
      const mount = await mountOnWindows(windowsPath(repository), 'x:');
      expect(mount.mountpoint).toBe('X:');
      const client = await mount.client();
      expect((await client.readFile('\\snapshots\\latest\\notes')).toString()).toBe('first\n');
      expect((await client.readFile('\\HOSTS\\here\\latest\\Folder\\FILE')).toString()).toBe('the file\n');
      expect(await client.volume()).toMatchObject({
        free: 0,
        label: expect.stringMatching(/^snapmount:[0-9a-f]{10}$/),
      });
      expect(await mount.breakDown()).toBe(1);
      expect(mount.report()).toMatchObject(NOTHING_WRONG);
    });

    test('takes a letter that is free, and says which', async () => {
      const mount = await mountOnWindows(windowsPath(repository), '*', { args: ['--fsname', 'Backup'] });
      expect(mount.mountpoint).toBe('Z:');
      expect((await (await mount.client()).volume()).label).toBe('Backup');
      await mount.breakDown();
    });

    test('makes a folder, which may be given from the working folder', async () => {
      const mount = await mountOnWindows(windowsPath(repository), './backup', { cwd: folder });
      expect(mount.mountpoint).toBe(windowsPath(join(folder, 'backup')));
      await mount.breakDown();
    });

    test.each<[what: string, mountpoint: () => string, line: string | RegExp]>([
      ['a letter that is in use', () => 'c:', /^Mountpoint "C:" is in use: unmount what is there, or /],
      ['the letter of the repository', () => 'z:\\', /^Mountpoint "Z:\\" holds the repository "Z:\\/],
      ['a folder that is there', () => windowsPath(folder), /is there already: on Windows mounting makes/],
      [
        'a folder in one that is not there',
        () => windowsPath(join(folder, 'no', 'backup')),
        /^Folder "Z:\\.*\\no", in which to mount, does not exist: create it first$/,
      ],
      [
        'a folder below a file',
        () => windowsPath(join(folder, 'file', 'backup')),
        /^"Z:\\.*\\file", in which to mount, is not a folder$/,
      ],
      ['the repository itself', () => windowsPath(repository), /is the repository itself: choose another/],
      ['a folder in the repository', () => windowsPath(join(repository, 'new')), /is inside the repository/],
      ['a folder of the network', () => '\\\\server\\share\\new', /^Cannot mount at .*: use a drive letter/],
    ])('refuses %s with one line', async (_what, mountpoint, line) => {
      const { code, stdout, stderr } = await snapmountOnWindows(
        ['mount', '-r', windowsPath(repository), mountpoint()],
        { cwd: folder },
      );
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      const [said, ...more] = stderr.split('\n');
      expect(said).toMatch(/^snapmount: /);
      expect(said?.replace(/^snapmount: /, '')).toMatch(line);
      expect(more).toEqual(['']);
    });
  });
});
