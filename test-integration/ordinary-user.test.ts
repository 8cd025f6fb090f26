/** Mounting as root and as an ordinary user, and who may look. */

import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { type Mount, type MountRequest, mount, mountFailure } from './support/mount.ts';
import { asOrdinaryUser, giveToNobody, installPackage, ownFolder } from './support/ordinary-user.ts';
import { NOBODY } from './support/prefixes.ts';
import { needs } from './support/require-tool.ts';
import { systemRestic } from './support/restic.ts';
import { output, run, script } from './support/run.ts';
import { killWatchers } from './support/watchers.ts';

describe('a mount that root made', needs('root', 'restic', '/dev/fuse', 'setpriv'), () => {
  test('is private to root', async () => {
    const { path } = await mount(await smallRepository(systemRestic()));
    const { code, stderr } = await run(asOrdinaryUser[0]!, [...asOrdinaryUser.slice(1), 'ls', path]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('Permission denied');
  });

  test('is for everybody with --allow-other, as far as modes let them', async () => {
    const { path } = await mount(await smallRepository(systemRestic()), { args: ['--allow-other'] });
    expect(await asUser('cat "$1/snapshots/latest/notes"', path)).toMatchObject({
      code: 0,
      stdout: 'first\n',
    });
  });
});

const userNeeds = needs('root', 'restic', '/dev/fuse for everybody', 'fusermount3', 'setpriv', 'unshare');

describe('a mount that an ordinary user made', userNeeds, () => {
  let installed: string;

  beforeAll(async () => {
    installed = join(await installPackage(), 'bin', 'snapmount.cjs');
  });

  test('serves that user, and not even root without asking', async () => {
    const mounted = await mountAsUser();
    const { path } = mounted;
    expect(await asUser('cat "$1/snapshots/latest/folder/file"', path)).toMatchObject({
      stdout: 'the file\n',
    });
    expect(await asUser('stat -c "%u %a" "$1"', path)).toMatchObject({ stdout: `${NOBODY} 555\n` });
    expect(await asUser('touch "$1/snapshots/latest/new"', path)).toMatchObject({
      stderr: expect.stringContaining('Read-only file system'),
    });
    expect(await script('ls "$1"', [path])).toMatchObject({
      stderr: expect.stringContaining('Permission denied'),
    });
    await mounted.unmount();
  });

  test('is cleaned at the next start when its process was killed with all that belongs to it', async () => {
    const mounted = await mountAsUser();
    await killWatchers(mounted.path);
    await mounted.kill();
    const repository = await ownedRepository();
    const again = await mount(repository, {
      prefix: asOrdinaryUser,
      program: installed,
      mountpoint: mounted.path,
    });
    expect(await asUser('cat "$1/snapshots/latest/notes"', again.path)).toMatchObject({ stdout: 'first\n' });
    await again.unmount();
  });

  test('is unmounted by that user with umount, which returns when the lock has gone', async () => {
    const mounted = await mountAsUser();
    const command = [process.execPath, installed, 'umount', mounted.path];
    expect(await run(asOrdinaryUser[0]!, [...asOrdinaryUser.slice(1), ...command], { cwd: '/' })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    // Checks the locks, and that the process has ended by itself.
    await mounted.unmount();
  });

  test('is unmounted by root with umount, who cannot know when it has ended', async () => {
    const mounted = await mountAsUser();
    const { code, stderr } = await run(process.execPath, [installed, 'umount', mounted.path]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/, but its process is known to its user only: its end was not awaited\n$/);
    await mounted.exited;
    await mounted.unmount();
  });

  test('is nothing that another user may unmount', async () => {
    const { path } = await mount(await smallRepository(systemRestic()));
    const command = [process.execPath, installed, 'umount', path];
    expect(await run(asOrdinaryUser[0]!, [...asOrdinaryUser.slice(1), ...command], { cwd: '/' })).toEqual({
      code: 1,
      stdout: '',
      stderr: `snapmount: The mount at "${path}" is another user's: that user or root may unmount it\n`,
    });
  });

  test('may be for everybody where /etc/fuse.conf says so', async () => {
    const configuration = join(await temporaryFolder(), 'fuse.conf');
    await script('echo user_allow_other > "$1"', [configuration]);
    // In a mount namespace of its own, so that the machine's configuration stays as it is.
    const prefix = inNamespace('mount --bind "$0" /etc/fuse.conf', configuration);
    const mounted = await mountAsUser({ prefix, args: ['--allow-other'] });
    const inside = [`--mount=/proc/${mounted.pid}/ns/mnt`, 'cat', `${mounted.path}/snapshots/latest/notes`];
    expect(await output('nsenter', inside)).toBe('first\n');
    await mounted.unmount();
  });

  test('is refused for everybody where /etc/fuse.conf does not, with the cure', async () => {
    const prefix = inNamespace('mount --bind "$0" /etc/fuse.conf', '/dev/null');
    await expectRefusal({ prefix, args: ['--allow-other'] }, /user_allow_other.*\/etc\/fuse\.conf/);
  });

  test('is refused on a folder that the user may not write, naming it', async () => {
    const mountpoint = await temporaryFolder();
    chmodSync(mountpoint, 0o755);
    await expectRefusal({ mountpoint }, new RegExp(mountpoint));
  });

  test('is refused without fusermount3, with the package that has it', async () => {
    const folder = await temporaryFolder();
    chmodSync(folder, 0o755);
    // Programs as links to where they really are, without this one.
    const setUp =
      'cd "$0" && mkdir real bin && mount --bind /usr/bin real && ln -s "$0"/real/* bin && ' +
      'rm -f bin/fusermount* && mount --bind bin /usr/bin && cd /';
    await expectRefusal({ prefix: inNamespace(setUp, folder) }, /fusermount3.*fuse3/);
  });

  test('is refused where the user may not open /dev/fuse, naming it and its mode', async () => {
    const prefix = inNamespace(
      'mount -t tmpfs dev "$0" && cd "$0" && mknod -m 600 fuse c 10 229 && \
      for d in null zero random urandom; do touch $d && mount --bind /dev/$d $d; done && \
      mount --rbind "$0" /dev',
      await temporaryFolder(),
    );
    await expectRefusal({ prefix }, /\/dev\/fuse.*(0?600|chmod|permission)/i);
  });

  async function mountAsUser(request: MountRequest = {}): Promise<Mount> {
    const repository = await ownedRepository();
    return mount(repository, {
      prefix: asOrdinaryUser,
      program: installed,
      mountpoint: ownFolder(),
      ...request,
    });
  }

  async function expectRefusal(request: MountRequest, message: RegExp): Promise<void> {
    const repository = await ownedRepository();
    const defaults = { prefix: asOrdinaryUser, program: installed };
    const { code, stderr } = await mountFailure(repository, request.mountpoint ?? ownFolder(), {
      ...defaults,
      ...request,
    });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  }
});

/** A command prefix that runs `setUp` (with `$0` = `argument`) in a new mount namespace, then becomes nobody. */
function inNamespace(setUp: string, argument: string): string[] {
  return [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    'bash',
    '-ec',
    `${setUp}; exec "$@"`,
    argument,
    ...asOrdinaryUser,
  ];
}

function asUser(text: string, ...args: string[]) {
  return run(asOrdinaryUser[0]!, [...asOrdinaryUser.slice(1), 'bash', '-c', text, 'bash', ...args], {
    cwd: '/',
  });
}

async function ownedRepository(): Promise<string> {
  const repository = await smallRepository(systemRestic());
  await giveToNobody(repository);
  return repository;
}
