/** Flags of `mount` on real mounts: what is shown, whose it is, and a line as people have it for restic. */

import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from './support/fixtures.ts';
import { type Mount, mount, mountFailure } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { PASSWORD, resticOutput, systemRestic } from './support/restic.ts';
import { output, run, scriptOutput } from './support/run.ts';

const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];

describe('mount with', needs('root', 'restic', '/dev/fuse', 'setpriv'), () => {
  let repository: string;
  let oldest: string;
  beforeAll(async () => {
    repository = await twoSnapshots();
    const snapshots = JSON.parse(await resticOutput(systemRestic(), repository, ['snapshots', '--json']));
    oldest = snapshots[0].short_id;
  });

  test.each([
    ['an id', () => [`--snapshot=${oldest}`], ['folder', 'old']],
    ['an id and a folder', () => ['--snapshot', `${oldest}:folder`], ['secret', 'suid']],
    ['latest', () => ['--snapshot', 'latest'], ['folder', 'new']],
    ['latest of a host', () => ['--snapshot', 'latest', '--host', 'first'], ['folder', 'old']],
    ['latest and a folder', () => ['--snapshot=latest:/folder/'], ['secret', 'suid']],
  ])('--snapshot and %s shows that as the mountpoint', async (_, args, names) => {
    const mounted = await mount(repository, { args: args() });
    expect(await readdir(mounted.path)).toEqual(names);
    await mounted.unmount();
  });

  test.each(['--snapshot latest:', '--snapshot=latest:'])(
    '%s takes a folder by any bytes',
    async (option) => {
      const restic = systemRestic();
      const folder = await temporaryFolder();
      const odd = join(folder, 'repository');
      await scriptOutput(`cd "$1" && mkdir $'caf\\xe9' && echo odd > $'caf\\xe9'/file`, [folder]);
      await resticOutput(restic, odd, ['init']);
      await scriptOutput(
        `cd "$1" && "$2" --no-cache -q -r "$3" backup $'caf\\xe9'`,
        [folder, restic.program, odd],
        {
          env: { RESTIC_PASSWORD: PASSWORD },
        },
      );
      // Through a shell: Node cannot pass on an argument that is not UTF-8.
      const prefix = ['bash', '-c', `exec "$@" ${option}$'caf\\xe9'`, 'bash'];
      const mounted = await mount(odd, { prefix });
      expect(await readFile(join(mounted.path, 'file'), 'utf8')).toBe('odd\n');
      await mounted.unmount();
    },
  );

  test('--snapshot and what is no folder of it fails with one line', async () => {
    const { code, stderr } = await mountFailure(repository, await temporaryFolder(), {
      args: ['--snapshot', 'latest:no/such'],
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^snapmount: No such file or folder: "no\/such"\n$/);
  });

  test.each([
    [['--uid', '123', '--gid', '456'], '123 456 600'],
    [['--umask', '077'], '7 8 600'],
    [['--umask', '0377'], '7 8 400'],
    [['--owner-root'], '0 0 600'],
    [['--owner-root', '--gid', '9'], '0 9 600'],
    [[], '7 8 600'],
  ])('%j shows owner, group and mode %s', async (args, shown) => {
    const mounted = await mount(repository, { args });
    expect(await stat(mounted, 'snapshots/latest/folder/secret')).toBe(shown);
    await mounted.unmount();
  });

  test('--allow-other lets modes count, and --no-default-permissions everybody read everything', async () => {
    const read = (mounted: Mount) =>
      run(NOBODY[0]!, [...NOBODY.slice(1), 'cat', join(mounted.path, 'snapshots/latest/folder/secret')]);
    const checked = await mount(repository, { args: ['--allow-other'] });
    expect(await read(checked)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Permission denied'),
    });
    await checked.unmount();
    const open = await mount(repository, { args: ['--allow-other', '--no-default-permissions'] });
    expect(await read(open)).toMatchObject({ code: 0, stdout: 'secret' });
    await open.unmount();
  });

  test('nothing runs set-id programs or opens devices on the mount, root neither', async () => {
    const mounted = await mount(repository);
    const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
    const line = lines.find((text) => text.split(' ')[4] === mounted.path);
    expect(line).toMatch(/ ro,nosuid,nodev[, ].* - fuse\.snapmount snapmount:[0-9a-f]{10} /);
    expect(await stat(mounted, 'snapshots/latest/folder/suid')).toBe('7 8 4755');
    await mounted.unmount();
  });

  test('--repository-file reads where the repository is', async () => {
    const file = join(await temporaryFolder(), 'location');
    await writeFile(file, `${repository}\n`);
    const mounted = await mount(repository, { location: ['--repository-file', file] });
    expect(await readdir(join(mounted.path, 'snapshots/latest'))).toEqual(['folder', 'new']);
    await mounted.unmount();
  });

  test('a whole line of restic 0.19 mounts as it stands', async () => {
    const folder = await temporaryFolder();
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, `${PASSWORD}\n`);
    const mounted = await mount(repository, {
      env: { RESTIC_PASSWORD: undefined, RESTIC_CACHE_DIR: folder, RESTIC_COMPRESSION: 'max' },
      args: [
        ...['--allow-other', '--no-default-permissions', '--owner-root', '-H', 'first', '--host=second'],
        ...[
          '--path-template',
          'by-host/%h/%T',
          '--path-template=all/%i',
          '--time-template',
          '2006-01-02_15-04-05',
        ],
        ...['--tag', 'a,b', '--tag=', '-p', passwordFile, '--retry-lock', '5s', '--cache-dir', folder],
        ...['--cleanup-cache', '--compression', 'auto', '--no-extra-verify', '--http-user-agent', 'me'],
        ...[
          '--limit-download',
          '1000',
          '--limit-upload=1000',
          '-o',
          'local.connections=3',
          '--pack-size',
          '16',
        ],
        ...['--stuck-request-timeout', '5m0s', '--cacert', '/x', '--tls-client-cert', '/x', '--insecure-tls'],
        ...['--no-cache', '--key-hint', 'feed', '-v'],
      ],
    });
    expect(await readdir(mounted.path)).toEqual(['all', 'by-host']);
    expect((await readdir(join(mounted.path, 'by-host/second'))).sort()).toEqual([
      '2021-02-02_02-02-02',
      'latest',
    ]);
    expect(await stat(mounted, 'by-host/first/latest/folder/secret')).toBe('0 0 600');
    await mounted.unmount();
  });

  async function stat({ path }: Mount, name: string): Promise<string> {
    return (await output('stat', ['-c', '%u %g %a', join(path, name)])).trim();
  }
});

/** Of two hosts; `folder` belongs to 7:8. */
async function twoSnapshots(): Promise<string> {
  const restic = systemRestic();
  const base = await temporaryFolder();
  const repository = join(base, 'repository');
  await mkdir(join(base, 'folder'));
  for (const [name, mode] of [
    ['secret', 0o600],
    ['suid', 0o4755],
  ] as const) {
    await writeFile(join(base, 'folder', name), name);
    await output('chown', ['7:8', join(base, 'folder', name)]);
    await chmod(join(base, 'folder', name), mode);
  }
  await resticOutput(restic, repository, ['init']);
  for (const [name, host, time] of [
    ['old', 'first', '2020-01-01 01:01:01'],
    ['new', 'second', '2021-02-02 02:02:02'],
  ] as const) {
    await writeFile(join(base, name), '');
    const backup = ['backup', '--host', host, '--time', time, 'folder', name];
    await resticOutput(restic, repository, backup, { cwd: base });
  }
  return repository;
}
