/**
 * Every kind of node, in both formats, by every restic on this machine: the mount shows what restic restores, and
 * where restic restores less than it stores, what was backed up.
 */

import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { EVERY_KIND_NEEDS, type EveryKind, everyKind } from './support/fixtures.ts';
import { mount } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { restics } from './support/restic.ts';
import { output, scriptOutput } from './support/run.ts';

const cases = restics.flatMap((restic) => ([1, 2] as const).map((version) => ({ restic, version })));

describe.each(cases)(
  'a mount of a version $version repository of $restic.name',
  needs(...EVERY_KIND_NEEDS, 'rsync'),
  ({ restic, version }) => {
    let fixture: EveryKind;
    let shown: string;

    beforeAll(async () => {
      fixture = await everyKind(restic, version);
      const mounted = await mount(fixture.repository);
      shown = join(mounted.path, 'hosts/gamma/latest/tree');
    });

    test('shows what restic restores', async () => {
      // restic never restores sockets.
      expect(await differences(`${fixture.restored}/tree`, shown, '--exclude=/special/socket')).toBe('');
    });

    test('shows what was backed up', async () => {
      // restic leaves sockets out of backups.
      const found = await differences(fixture.tree, shown, '--exclude=/special/socket');
      // restic 0.14 does not store the attributes of symbolic links.
      expect(found).toBe(restic.minor < 16 ? '.L........x attributes/link -> file\n' : '');
    });

    test('shows kinds, modes, owners, times and link counts as they were', async () => {
      expect(await attributes(shown)).toBe(await attributes(fixture.tree));
    });

    test('shows devices with their numbers', async () => {
      const numbers = 'cd "$1/special" && stat -c "%n %F %t:%T" block* char* fifo';
      expect(await scriptOutput(numbers, [shown])).toBe(await scriptOutput(numbers, [fixture.tree]));
    });

    test('gives extended attributes byte for byte', async () => {
      const listing = 'cd "$1/attributes" && getfattr --no-dereference -d -m - -e hex -- acl file folder';
      expect(await scriptOutput(listing, [shown])).toBe(await scriptOutput(listing, [fixture.tree]));
    });

    test('stays the same when it is listed again, from the cache and anew', async () => {
      const inodes = 'cd "$1" && find . -printf "%i %p\\0" | sort -z | sha256sum';
      const first = await scriptOutput(inodes, [shown]);
      expect(await scriptOutput(inodes, [shown])).toBe(first);
      const again = await mount(fixture.repository);
      expect(await scriptOutput(inodes, [join(again.path, 'hosts/gamma/latest/tree')])).toBe(first);
      await again.unmount();
    });
  },
);

/** What rsync would still have to do to make `to` the same as `from`: nothing when both are the same. */
function differences(from: string, to: string, ...more: string[]): Promise<string> {
  const how = ['-naHAX', '--devices', '--specials', '--checksum', '--delete', '--itemize-changes', ...more];
  return output('rsync', [...how, `${from}/`, `${to}/`]);
}

/** All that `find` sees of every node but sockets, which restic leaves out of backups. The size and link count of folders are the file system's own business. */
function attributes(folder: string): Promise<string> {
  return scriptOutput(
    `cd "$1" && find . -type s -o '(' -type d -printf '%p %y %m %U %G %T@\\0' ')' -o \\
       '(' -type f -printf '%p %y %m %U %G %T@ %s %n\\0' ')' -o \\
       -printf '%p %y %m %U %G %T@ %n %l\\0' | sort -z | tr '\\0' '\\n'`,
    [folder],
  );
}
