/** The whole program in Node for Windows: what it takes, what it refuses, and what its commands print. */

import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { needs } from './support/require-tool.ts';
import { PASSWORD, resticOutput, systemRestic } from './support/restic.ts';
import { snapmount } from './support/snapmount.ts';
import {
  installSnapmount,
  mountOnWindows,
  processesOnWindows,
  snapmountOnWindows,
} from './support/windows/snapmount.ts';
import {
  endWine,
  installStandIn,
  STAND_IN,
  WINE_NEEDS,
  type WindowsOptions,
  windowsPath,
} from './support/windows/wine.ts';

/** S-1-1-0 as [MS-DTYP] 2.4.2 has it. */
const EVERYBODY = Buffer.from('010100000000000100000000', 'hex');
const NOTHING_WRONG = { unanswered: 0, unknown: 0, malformed: 0, twice: 0, guarded: 0 };

describe('snapmount on Windows, under Wine', needs('restic', ...WINE_NEEDS), () => {
  let folder: string;
  let repository: string;

  beforeAll(async () => {
    await installStandIn();
    installSnapmount();
    folder = await temporaryFolder();
    repository = await smallRepository(systemRestic());
    writeFileSync(join(folder, 'file'), '');
    writeFileSync(join(folder, 'location'), `${windowsPath(repository)}\r\n`);
    writeFileSync(join(folder, 'password'), `${PASSWORD}\r\n`);
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

    test('shows one folder alone to everybody, tells a log, and ends with its lock when nobody uses it', async () => {
      const log = join(folder, 'log');
      const shown = ['--snapshot', 'latest:\\folder', '--allow-other', '--noexec'];
      const mount = await mountOnWindows(windowsPath(repository), 'X:', {
        args: [...shown, '--idle', '5s', '--log-file', windowsPath(log)],
      });
      const client = await mount.client();
      expect((await client.list('\\')).map(({ name }) => name)).toEqual(['file']);
      const { handle } = await client.open('\\file');
      expect((await client.security(handle)).includes(EVERYBODY)).toBe(true);
      await client.close(handle);
      expect(readdirSync(join(repository, 'locks'))).toHaveLength(1);
      expect(await mount.ended).toBe(0);
      expect(mount.events().at(-1)).toEqual({
        message_type: 'unmounted',
        mountpoint: 'X:',
        reason: 'idle',
      });
      const remark = 'With --allow-other every user of this machine can read everything';
      expect(JSON.parse(mount.stderr()).message).toContain(remark);
      const logged = readFileSync(log, 'utf8').split('\n');
      expect(logged[0]).toContain(`warning: ${remark}`);
      expect(logged.at(-2)).toContain('note: Not used for 5s: unmounted');
      expect(mount.report()).toMatchObject(NOTHING_WRONG);
      expect(readdirSync(join(repository, 'locks'))).toEqual([]);
    });

    test('serves with a pool of threads as on Linux, of which locks need some while others hang', async () => {
      const mount = await mountOnWindows(windowsPath(repository), 'X:', { args: ['--no-lock'] });
      // The process that people start has the pool that libuv makes by itself, of 4.
      const [fewer = 0, more = 0] = processesOnWindows()
        .map((pid) => readdirSync(`/proc/${pid}/task`).length)
        .toSorted((one, other) => one - other);
      expect(more - fewer).toBeGreaterThanOrEqual(12);
      await mount.breakDown();
    });

    test.each<[what: string, mountpoint: () => string, line: string | RegExp]>([
      ['a letter without its colon', () => 'x', /^Mountpoint "x" may mean two things: give "x:" or "\.\\x"$/],
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

  describe('other commands', () => {
    const folderOf = (path: string) => ({ cwd: path });

    test('says what to install where WinFsp is missing, before it opens or locks anything', async () => {
      renameSync(STAND_IN, `${STAND_IN}.away`);
      try {
        const env = { RESTIC_PASSWORD: 'wrong' };
        const args = ['mount', '-r', windowsPath(repository), 'X:'];
        expect(await snapmountOnWindows(args, { env })).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(
            /^snapmount: Cannot load ".*\.dll": install WinFsp again from https:.*\n$/,
          ),
        });
      } finally {
        renameSync(`${STAND_IN}.away`, STAND_IN);
      }
    });

    test.each<[how: string, args: () => string[], options?: () => WindowsOptions]>([
      ['its path', () => ['-r', windowsPath(repository)]],
      ['its path with slashes', () => ['-r', windowsPath(repository).replaceAll('\\', '/')]],
      ['its path behind local:', () => ['-r', `local:${windowsPath(repository)}`]],
      ['a path from the working folder', () => ['-r', '.'], () => folderOf(repository)],
      ['RESTIC_REPOSITORY', () => [], () => ({ env: { RESTIC_REPOSITORY: windowsPath(repository) } })],
      [
        'files that end their lines as on Windows',
        () => ['--repository-file', 'location', '--password-file', '.\\password'],
        () => ({ ...folderOf(folder), env: { RESTIC_PASSWORD: undefined } }),
      ],
    ])('find a repository by %s', async (_how, args, options) => {
      const { code, stdout, stderr } = await snapmountOnWindows(
        ['snapshots', '--json', ...args()],
        options?.(),
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject([{ hostname: 'here', paths: { length: 2 } }]);
    });

    test('ls lists what it lists elsewhere', async () => {
      const args = ['ls', '-l', '--recursive', 'latest', '-r'];
      const there = await snapmountOnWindows([...args, windowsPath(repository)]);
      expect(there).toEqual(await snapmount([...args, repository]));
      expect(there.stdout).toContain(' /folder/file\n');
    });

    test.each(['/folder/file', '\\folder\\file', 'folder\\file'])('cat writes the file %s', async (path) => {
      const outcome = await snapmountOnWindows(['cat', '-r', windowsPath(repository), `latest:${path}`]);
      expect(outcome).toEqual({ code: 0, stdout: 'the file\n', stderr: '' });
    });

    test.each<[code: number, args: string[], env: NodeJS.ProcessEnv, line: RegExp]>([
      [10, ['-r', 'C:\\no repository'], {}, /^No repository at C:\\no repository: there is no config file$/],
      [10, ['-r', '\\\\server\\share\\repo'], {}, /^No repository at \\\\server\\share\\repo: /],
      [
        12,
        [],
        { RESTIC_PASSWORD: 'wrong' },
        /^Wrong password: no key of the repository at Z:\\.* opens with it$/,
      ],
      [1, ['-p', 'C:\\no file'], {}, /^Password file "C:\\no file" does not exist$/],
    ])('end with %d for %j and %j', async (expected, args, env, line) => {
      const location = args[0] === '-r' ? [] : ['-r', windowsPath(repository)];
      const { code, stderr } = await snapmountOnWindows(['snapshots', ...location, ...args], { env });
      expect(code).toBe(expected);
      expect(stderr).toMatch(/^snapmount: .*\n$/);
      expect(stderr.slice('snapmount: '.length, -1)).toMatch(line);
    });

    test('mount --help speaks of drives', async () => {
      const { stdout } = await snapmountOnWindows(['mount', '--help']);
      expect(stdout).toMatch(/mountpoint +a drive letter \(X:\), \* for one/);
      expect(stdout).toContain('  snapmount -r D:\\repo mount X:\n');
      expect(stdout).not.toContain('/srv/repo');
    });

    test('leave the repository as restic wants it, and no lock', async () => {
      await resticOutput(systemRestic(), repository, ['check', '--read-data']);
      expect(readdirSync(join(repository, 'locks'))).toEqual([]);
    });
  });
});
