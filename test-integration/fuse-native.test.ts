/** `snapmount mount --driver fuse-native` as people use it: a repository of real restic, an ordinary user, the end. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { everyKind, smallRepository, temporaryFolder } from './support/fixtures.ts';
import { isMounted, locksIn, mount, mountFailure, snapmountProgram } from './support/mount.ts';
import { asOrdinaryUser, giveToNobody, installPackage, ownFolder } from './support/ordinary-user.ts';
import { within } from './support/prefixes.ts';
import { needs } from './support/require-tool.ts';
import { systemRestic } from './support/restic.ts';
import { output, run, scriptOutput } from './support/run.ts';

const DRIVER = ['--driver', 'fuse-native'];

describe('a mount by fuse-native', needs('root', 'restic', '/dev/fuse', 'fuse-native', 'unshare'), () => {
  let repository: string;
  beforeAll(async () => {
    repository = await smallRepository(systemRestic());
  });

  test('is read, and unmounted by `snapmount umount` with its lock', async () => {
    const mounted = await mount(repository, { args: DRIVER });
    expect(await output('cat', [join(mounted.path, 'snapshots/latest/notes')])).toBe('first\n');
    expect(locksIn(repository)).toHaveLength(1);
    await output(process.execPath, [snapmountProgram, 'umount', mounted.path]);
    expect(locksIn(repository)).toEqual([]);
    await mounted.exited;
    await mounted.unmount();
  });

  test('that is killed leaves no dead mountpoint', async () => {
    const mounted = await mount(repository, { args: DRIVER });
    await mounted.kill();
    await expect.poll(() => isMounted(mounted.path), { timeout: 5000 }).toBe(false);
  });

  test('refuses a folder that holds a mount of snapmount', async () => {
    const mounted = await mount(repository, { args: DRIVER });
    expect(
      await mountFailure(repository, await temporaryFolder(), { args: ['--driver', 'nothing'] }),
    ).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^snapmount: Value "nothing" for --driver is unknown: .*\n$/),
    });
    const second = await run(process.execPath, [
      snapmountProgram,
      'mount',
      ...DRIVER,
      ...['-r', repository, '--insecure-no-password', mounted.path],
    ]);
    expect(second).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('holds a mount of snapmount already'),
    });
    await mounted.unmount();
  });

  test.each([
    [
      'libfuse 2',
      'for l in $(ldconfig -p | sed -n "s/.*libfuse.so.2 .*=> //p"); do mount --bind /dev/null "$l"; done',
      /Cannot (?:find libfuse 2|load the binary)/,
    ],
    [
      'the package',
      'mount -t tmpfs none node_modules/fuse-native',
      /Cannot find the optional package "fuse-native".*npm install fuse-native/,
    ],
  ])('says in one line that %s is missing, before it asks for the password', async (_, setUp, line) => {
    const folder = await temporaryFolder();
    const outcome = await mountFailure(repository, folder, {
      args: DRIVER,
      prefix: within(setUp),
      env: { RESTIC_PASSWORD: undefined },
    });
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringMatching(line) });
    expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe(
  'files of every kind through fuse-native',
  needs('root', 'restic', '/dev/fuse', 'fuse-native', 'rsync'),
  () => {
    test('have the bytes, kinds, modes and owners that the other driver shows', async () => {
      const { repository } = await everyKind(systemRestic(), 2);
      const [one, other] = [await mount(repository, { args: DRIVER }), await mount(repository)];
      // Without names, some of which are no UTF-8, and without what is before 1970.
      const describeAll = `set -e; cd "$1"/snapshots/latest
        find . -printf '%y|%m|%U:%G|%s|%n|%l\\n' | LC_ALL=C sort
        find . -newermt 1970-01-02 -printf '%TY%Tm%Td%TH%TM|%s|%m\\n' | LC_ALL=C sort
        find . -type f -exec sha256sum {} + | sed 's/^\\\\//' | cut -c 1-64 | LC_ALL=C sort`;
      const [seen, expected] = await Promise.all(
        [one, other].map(({ path }) => scriptOutput(describeAll, [path])),
      );
      expect(seen).toBe(expected);
      expect(seen?.split('\n').length).toBeGreaterThan(100);
      await other.unmount();
      await one.unmount();
    });
  },
);

describe(
  'an ordinary user with fuse-native',
  needs('root', 'restic', '/dev/fuse for everybody', 'fusermount3', 'setpriv', 'fuse-native'),
  () => {
    test('mounts, reads and unmounts, and nobody else looks in', async () => {
      const program = join(await installPackage(), 'bin', 'snapmount.cjs');
      const repository = await smallRepository(systemRestic());
      await giveToNobody(repository);
      const mountpoint = ownFolder();
      const mounted = await mount(repository, { args: DRIVER, prefix: asOrdinaryUser, program, mountpoint });
      const [command = '', ...args] = asOrdinaryUser;
      expect(await output(command, [...args, 'cat', join(mounted.path, 'snapshots/latest/notes')])).toBe(
        'first\n',
      );
      expect((await run('ls', [mounted.path])).stderr).toContain('Permission denied');
      const info = readFileSync('/proc/self/mountinfo', 'utf8')
        .split('\n')
        .find((line) => line.includes(mountpoint));
      expect(info).toMatch(/ ro,nosuid,nodev.* - fuse\.snapmount snapmount:[0-9a-f]+ ro,user_id=65534/);
      await mounted.unmount();
    });
  },
);
