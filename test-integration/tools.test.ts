/** People's own programs on a mount: each gives the same as on the folder that was backed up. */

import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { EVERY_KIND_NEEDS, everyKind, temporaryFolder } from './support/fixtures.ts';
import { type Mount, mount } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { systemRestic } from './support/restic.ts';
import { output, scriptOutput } from './support/run.ts';

const TOOLS = ['rsync', 'tar', 'python3', 'sqlite3', 'git'];

describe('on a mount', needs(...EVERY_KIND_NEEDS, ...TOOLS), () => {
  let mounted: Mount;
  let shown: string;
  let original: string;

  beforeAll(async () => {
    const fixture = await everyKind(systemRestic(), 2);
    mounted = await mount(fixture.repository);
    shown = join(mounted.path, 'hosts/gamma/latest/tree');
    original = fixture.tree;
  });

  /** The script's output on the mount, after checking that it is not empty and the same on the original. */
  async function sameOnBoth(text: string): Promise<string> {
    const [here, there] = [await scriptOutput(text, [shown]), await scriptOutput(text, [original])];
    expect(here).toBe(there);
    expect(here).not.toBe('');
    return here;
  }

  test('git finds its repository whole, with the change that waits in its index', async () => {
    const git = ['-c', 'safe.directory=*', '--no-optional-locks', '-C', join(shown, 'project')];
    await output('git', [...git, 'fsck', '--full', '--strict']);
    expect(await output('git', [...git, 'log', '--format=%s'])).toBe('Commit 3\nCommit 2\nCommit 1\n');
    expect(await output('git', [...git, 'status', '--porcelain'])).toBe('A  src/file-4\n');
    expect(await output('git', [...git, 'grep', '-c', '^1999$'])).toContain('src/file-1:1');
  });

  test('programs run, binary and script', async () => {
    expect(await output(join(shown, 'program/ls'), [join(shown, 'program')])).toContain('database.sqlite');
    expect(await output(join(shown, 'program/script'), [])).toBe(`ran from ${shown}/program/script\n`);
  });

  test('sqlite3 opens a database read-only and finds it whole', async () => {
    const database = join(shown, 'program/database.sqlite');
    const query =
      'pragma integrity_check; select count(*) from t; select n from t where s = hex(100 * 7919);';
    expect(await output('sqlite3', ['-readonly', database, query])).toBe('ok\n20000\n100\n');
  });

  test('a database that is mapped into memory reads at random pages', async () => {
    const reader = `
import hashlib, mmap, random, sys
with open(sys.argv[1], 'rb') as file:
    pages = mmap.mmap(file.fileno(), 0, mmap.MAP_SHARED, mmap.PROT_READ)
    choice = random.Random(1)
    digest = hashlib.sha256()
    for _ in range(2000):
        start = choice.randrange(len(pages) // 4096) * 4096
        digest.update(pages[start:start + 4096])
    print(len(pages), digest.hexdigest())`;
    for (const file of ['program/database.sqlite', 'files/20MiB']) {
      const here = await output('python3', ['-c', reader, join(shown, file)]);
      expect(here).toBe(await output('python3', ['-c', reader, join(original, file)]));
    }
  });

  test('tar carries everything over a pipe', async () => {
    const copy = await temporaryFolder();
    await scriptOutput('tar -C "$1" --exclude=./special/socket -c . | tar -C "$2" -xp', [shown, copy]);
    const how = ['-naH', '--devices', '--specials', '--checksum', '--delete', '--itemize-changes'];
    expect(await output('rsync', [...how, '--exclude=/special/socket', `${original}/`, `${copy}/`])).toBe('');
  });

  test('cp -a copies links, modes, owners, times and attributes', async () => {
    const copy = await temporaryFolder();
    await scriptOutput('cd "$1" && cp -a attributes hard files links names owners "$2"', [shown, copy]);
    for (const folder of ['attributes', 'files', 'links', 'names', 'owners']) {
      const [from, to] = [join(shown, folder), join(copy, folder)];
      const difference = await output('rsync', [
        '-nlrptgoAX',
        '--checksum',
        '--itemize-changes',
        `${from}/`,
        `${to}/`,
      ]);
      expect(difference).toBe('');
    }
    expect(await scriptOutput('stat -c %h "$1/hard/first"', [copy])).toBe('3\n');
  });

  test('find selects by kind, size, time, owner, links and name', async () => {
    await sameOnBoth('cd "$1" && find . -type f -size +0 | sort');
    await sameOnBoth('cd "$1" && find . -type l ! -exec test -e {} \\; -print | sort');
    await sameOnBoth('cd "$1" && find . -samefile hard/first | sort');
    await sameOnBoth('cd "$1" && find . -perm /6000 -o -uid 65534 -o ! -newermt 1970-01-01 | sort');
    expect(await sameOnBoth('find "$1/many" -type f | wc -l')).toBe('2000\n');
  });

  test('grep -r finds text below a folder', async () => {
    expect(await sameOnBoth('cd "$1" && grep -rl --devices=skip "^Line 59999 of" . || true')).toBe(
      './files/text\n',
    );
    await sameOnBoth('cd "$1" && grep -rc --devices=skip 1999 many project names | sort');
  });

  test('sha256sum -c passes with 4 readers at once', async () => {
    const sums = join(await temporaryFolder(), 'sums');
    const list = 'cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum > "$2"';
    await scriptOutput(list, [original, sums]);
    await scriptOutput('cd "$1" && seq 4 | xargs -P 4 -I{} sha256sum --check --quiet "$2"', [shown, sums]);
  });

  test('dd and tail read at odd offsets and across the end', async () => {
    for (const file of ['files/20MiB', 'files/1MiB+1', 'files/sparse', 'files/text']) {
      const read = (how: string) => sameOnBoth(`cd "$1" && dd if=${file} ${how} status=none | sha256sum`);
      await read('bs=777 skip=1234 count=1000');
      await read('bs=1048575 skip=1 count=3');
      await read('bs=65537 skip=15');
      await read('bs=1 skip=1048575 count=3');
      await sameOnBoth(`tail -c 4099 "$1/${file}" | sha256sum`);
    }
    expect(await sameOnBoth('dd if="$1/files/4KiB" bs=4096 skip=7 2>/dev/null | wc -c')).toBe('0\n');
  });

  test('du counts sizes and whole blocks of 512 bytes', async () => {
    await sameOnBoth('cd "$1/files" && du -b --apparent-size *');
    expect(await scriptOutput('cd "$1/files" && stat -c "%n %b %B" 511 20MiB empty', [shown])).toBe(
      '511 1 512\n20MiB 40960 512\nempty 0 512\n',
    );
  });

  test('stat shows a large block for folders, so that opendir(3) takes a large buffer', async () => {
    expect(await scriptOutput('cd "$1/files" && stat -c %o . 511', [shown])).toBe('131072\n4096\n');
  });

  test('df and stat -f show a full file system that holds something', async () => {
    const [type, blocks, free, available] = (
      await scriptOutput('stat -f -c "%T %b %f %a" "$1"', [mounted.path])
    ).split(' ');
    expect(type).toBe('fuseblk');
    expect(Number(blocks)).toBeGreaterThan(1000);
    expect([Number(free), Number(available)]).toEqual([0, 0]);
    expect(await output('df', ['--output=pcent', mounted.path])).toContain('100%');
  });
});
