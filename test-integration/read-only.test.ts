/** Nothing can be changed through a mount: each call that would do so gets EROFS, and the bytes stay. */

import { beforeAll, describe, expect, test } from 'vitest';
import { smallRepository } from './support/fixtures.ts';
import { type Mount, mount } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { systemRestic } from './support/restic.ts';
import { script, scriptOutput } from './support/run.ts';

const inSnapshot = [
  'touch new',
  'echo x > new',
  'echo x > notes',
  'echo x >> notes',
  'truncate -s 0 notes',
  'truncate -s 100 notes',
  'dd if=/dev/zero of=notes conv=notrunc count=1 status=none',
  'fallocate -l 100 notes',
  'cp folder/file notes',
  'mkdir new',
  'rm -f notes',
  'rmdir folder',
  'mv notes other',
  'mv notes folder/',
  'ln notes other',
  'ln -s notes other',
  'mkfifo new',
  'mknod new c 1 3',
  'chmod 600 notes',
  'chown 1:1 notes',
  'touch -d 2001-01-01 notes',
  'touch -d 2001-01-01 folder',
  'setfattr -n user.new -v x notes',
  'setfattr -x user.new notes',
  'setfacl -m u:1:r notes',
  'perl -e \'open(F, "+<", "notes") or die "$!"\'',
  'perl -MFcntl -e \'sysopen(F, ".", 020200000 | O_RDWR, 0600) or die "$!"\'',
];
const aboveSnapshots = [
  'touch new',
  'mkdir new',
  'rmdir snapshots',
  'rm -rf snapshots/latest',
  'mv hosts other',
];

describe('a mount', needs('root', 'restic', '/dev/fuse', 'setfattr', 'setfacl', 'perl'), () => {
  let mounted: Mount;

  beforeAll(async () => {
    mounted = await mount(await smallRepository(systemRestic()));
  });

  test.each(inSnapshot)('refuses in a snapshot, as a read-only file system: %s', async (command) => {
    await expectReadOnly('snapshots/latest', command);
  });

  test.each(aboveSnapshots)(
    'refuses above the snapshots, as a read-only file system: %s',
    async (command) => {
      await expectReadOnly('.', command);
    },
  );

  test('still holds what was backed up', async () => {
    const content = 'cd "$1/snapshots/latest/" && find . -type f | sort | xargs cat';
    expect(await scriptOutput(content, [mounted.path])).toBe('the file\nfirst\n');
  });

  async function expectReadOnly(folder: string, command: string): Promise<void> {
    const { code, stderr } = await script(`cd "$1/$2/" && ${command}`, [mounted.path, folder]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('Read-only file system');
  }
});
