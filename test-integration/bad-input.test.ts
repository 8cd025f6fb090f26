/**
 * What cannot be mounted: one line that names the object, restic's exit code, nothing mounted, no lock left.
 */

import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { locksIn, type MountRequest, mount, mountFailure } from './support/mount.ts';
import { flipByte, nameOfOnly, rewriteConfig } from './support/repository-files.ts';
import { needs } from './support/require-tool.ts';
import { resticOutput, systemRestic } from './support/restic.ts';

describe('a mount that cannot be', needs('root', 'restic', '/dev/fuse', 'unshare'), () => {
  let repository: string;
  let mountpoint: string;

  beforeEach(async () => {
    repository = await smallRepository(systemRestic());
    mountpoint = await temporaryFolder();
  });

  type Failure = MountRequest & { env?: NodeJS.ProcessEnv; code?: number; at?: string; from?: string };

  async function expectFailure(message: string | RegExp, { code = 1, at, from, ...request }: Failure = {}) {
    const outcome = await mountFailure(from ?? repository, at ?? mountpoint, request);
    expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.code).toBe(code);
    expect(outcome.stdout).toBe('');
    expect(locksIn(repository), 'locks').toEqual([]);
  }

  describe('because of the repository:', () => {
    test('there is no folder', () =>
      expectFailure('/no/such/repository', { from: '/no/such/repository', code: 10 }));

    test('the folder is empty', async () => {
      const from = await temporaryFolder();
      await expectFailure(from, { from, code: 10 });
    });

    test('the password is wrong', () =>
      expectFailure(/password/, { env: { RESTIC_PASSWORD: 'wrong' }, code: 12 }));

    test('the password is empty', () =>
      expectFailure(/--insecure-no-password/, { env: { RESTIC_PASSWORD: '' } }));

    test('the password file is not there', () =>
      expectFailure(/\/no\/such\/password/, { args: ['--password-file', '/no/such/password'] }));

    test('its config is truncated', async () => {
      await chmod(join(repository, 'config'), 0o600);
      await truncate(join(repository, 'config'), 40);
      await expectFailure(/config file/i);
    });

    test('its config is empty', async () => {
      await truncate(join(repository, 'config'), 0);
      await expectFailure(/config file/i);
    });

    test('its config is not authentic', async () => {
      await flipByte(join(repository, 'config'), 30);
      await expectFailure(/config file/i);
    });

    test('its only key is truncated', async () => {
      const key = await nameOfOnly(repository, 'keys');
      await truncate(join(repository, 'keys', key), 100);
      await expectFailure(new RegExp(key));
    });

    test('it has no key', async () => {
      await rm(join(repository, 'keys'), { recursive: true });
      await expectFailure(/key/);
    });

    test('its format version is not known', async () => {
      await rewriteConfig(systemRestic(), repository, (config) => ({ ...config, version: 3 }));
      await expectFailure(/version 3/);
    });

    test('it has the old s3legacy layout', async () => {
      for (const name of ['key', 'snapshot', 'lock']) {
        if (existsSync(join(repository, `${name}s`))) {
          await rename(join(repository, `${name}s`), join(repository, name));
        }
      }
      await expectFailure(/s3legacy/);
    });

    test('the snapshot that is asked for is not there', () =>
      expectFailure(/beef/, { args: ['--snapshot', 'beefbeef'] }));

    test('the folder of the snapshot that is asked for is not there', () =>
      expectFailure(/no\/such/, { args: ['--snapshot', 'latest:no/such'] }));
  });

  describe('because of the mountpoint:', () => {
    test('it does not exist', () => expectFailure(/\/no\/such\/folder/, { at: '/no/such/folder' }));

    test('it is not a folder', async () => {
      const at = join(mountpoint, 'file');
      await writeFile(at, '');
      await expectFailure(new RegExp(`${at}.*folder|${at}.*directory`), { at });
    });

    test('it is the repository', () => expectFailure(new RegExp(repository), { at: repository }));

    test('it is inside the repository', async () => {
      const at = join(repository, 'data', 'mnt');
      await mkdir(at, { recursive: true });
      await expectFailure(new RegExp(at), { at });
    });
  });

  test('but a mountpoint that is not empty is only worth a note', async () => {
    await writeFile(join(mountpoint, 'in-the-way'), '');
    await mkdir(join(mountpoint, 'mnt'));
    await writeFile(join(mountpoint, 'mnt', 'in-the-way'), '');
    const mounted = await mount(repository, { mountpoint: join(mountpoint, 'mnt') });
    expect(mounted.stderr()).toContain('not empty');
    await mounted.unmount();
    expect(existsSync(join(mountpoint, 'mnt', 'in-the-way'))).toBe(true);
  });

  test('because there is no /dev/fuse', async () => {
    const devices = await temporaryFolder();
    const setUp =
      'mount -t tmpfs dev "$0"; cd "$0"; for d in null zero random urandom; do touch $d; \
      mount --bind /dev/$d $d; done; mount --rbind "$0" /dev; exec "$@"';
    const prefix = ['unshare', '--mount', '--propagation', 'private', 'bash', '-ec', setUp, devices];
    await expectFailure(/\/dev\/fuse/, { prefix });
  });

  test('because root may not mount in this container', async () => {
    await expectFailure(/does not let root mount.*SYS_ADMIN/, {
      prefix: ['setpriv', '--bounding-set=-sys_admin', '--inh-caps=-sys_admin', '--'],
    });
  });

  test('leaves the repository as restic wants it', async () => {
    await expectFailure(/\/no\/such/, { at: '/no/such' });
    await resticOutput(systemRestic(), repository, ['check', '--read-data']);
  });
});
