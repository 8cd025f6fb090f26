/**
 * The Linux driver over views from memory: what programs see through the kernel, what it refuses, and how mounts
 * end. This process serves, so what touches a mount here is another process or a call that does not block.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FsError } from '../src/mount/errors.ts';
import { EntryKind, type OpenFile } from '../src/mount/node.ts';
import {
  changingFolder,
  countingContent,
  damagedContent,
  file,
  folder,
  repeatedContent,
  special,
  stuckContent,
  symlink,
} from '../src/mount/testing/memory-view.ts';
import {
  ended,
  endMemoryMounts,
  installDriver,
  isMounted,
  type MemoryMount,
  mountMemory,
  serve,
} from './support/memory-mount.ts';
import { needs } from './support/require-tool.ts';
import { output, run, script } from './support/run.ts';

const GIB = 2 ** 30;
const ODD_NAME = Buffer.from('new\nline\xff\x01 "\\*', 'latin1');
const LONG_NAME = 'n'.repeat(255);

describe('what programs see', needs('root', '/dev/fuse', 'getfattr', 'setfattr', 'perl'), () => {
  let mounted: MemoryMount;
  afterAll(endMemoryMounts);
  const at = (name: string): string => join(mounted.path, name);

  beforeAll(async () => {
    const linked = file('linked', { links: 2 });
    const broken = folder({});
    broken.failure = new FsError('EIO', 'Damaged on purpose');
    mounted = await mountMemory(
      folder({
        hello: file('hello world', {
          mode: 0o4750,
          uid: 12,
          gid: 34,
          extended: [
            ['user.note', 'a\0b'],
            ['user.empty', ''],
          ],
        }),
        old: file('', { modifySeconds: -2, modifyNanoseconds: 500_000_000 }),
        link: symlink('hello', {
          extended: [
            ['user.on-link', 'yes'],
            ['security.x', 's'],
          ],
        }),
        huge: file(countingContent(5 * GIB + 13)),
        damaged: file(damagedContent(100_000)),
        broken,
        longer: file('more than recorded', { size: 4 }),
        shorter: file('few', { size: 4096 }),
        one: linked,
        deep: folder({ two: linked, deeper: folder({ bottom: file('bottom') }) }),
        device: special(EntryKind.BlockDevice, { deviceMajor: 259, deviceMinor: 70000 }),
        fifo: special(EntryKind.Fifo),
        program: file(readFileSync('/bin/echo'), { mode: 0o755 }),
        odd: folder([
          [ODD_NAME, file('odd')],
          [LONG_NAME, file('long')],
        ]),
      }),
    );
  });

  test('walks and reads', async () => {
    expect((await fs.readdir(mounted.path)).sort()).toContain('deep');
    expect(await fs.readFile(at('deep/deeper/bottom'), 'utf8')).toBe('bottom');
    expect(await output('find', [at('deep'), '-printf', '%P %y\n'])).toBe(
      ' d\ntwo f\ndeeper d\ndeeper/bottom f\n',
    );
    await expect(fs.stat(at('missing'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(fs.readdir(at('hello'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  test('shows attributes exactly', async () => {
    const format = '%F|%a|%u|%g|%s|%b|%h|%y|%Z';
    expect(await output('stat', ['-c', format, at('hello')])).toBe(
      'regular file|4750|12|34|11|1|1|2020-09-13 12:26:40.123456789 +0000|1650000000\n',
    );
    expect(await output('stat', ['-c', '%y', at('old')])).toBe('1969-12-31 23:59:58.500000000 +0000\n');
    expect(await output('stat', ['-c', '%F %t %T', at('device')])).toBe('block special file 103 11170\n');
    expect(await output('stat', ['-c', '%F', at('fifo')])).toBe('fifo\n');
    const { ino } = await fs.stat(at('hello'), { bigint: true });
    expect(ino).toBeGreaterThan(2n ** 53n);
    expect((await fs.stat(mounted.path)).ino).toBe(1);
  });

  test('lists the inode numbers that stat shows', async () => {
    const listed = await output('ls', ['-i1U', at('deep')]);
    for (const line of listed.trim().split('\n')) {
      const [inode, name] = line.trim().split(' ');
      expect(String((await fs.stat(at(`deep/${name}`), { bigint: true })).ino)).toBe(inode);
    }
  });

  test('shows hard links as one inode', async () => {
    const [one, two] = await Promise.all(
      ['one', 'deep/two'].map((name) => fs.stat(at(name), { bigint: true })),
    );
    expect(two?.ino).toBe(one?.ino);
    expect(one?.nlink).toBe(2n);
    const counted = await output('du', ['-a', at('one'), at('deep/two')]);
    expect(counted.match(/one|two/g)).toHaveLength(1);
  });

  test('takes names of any bytes and of 255', async () => {
    const names = await fs.readdir(at('odd'), { encoding: 'buffer' });
    expect(names).toEqual([ODD_NAME, Buffer.from(LONG_NAME)]);
    const path = Buffer.concat([Buffer.from(at('odd/')), ODD_NAME]);
    expect(await fs.readFile(path, 'utf8')).toBe('odd');
    expect(await fs.readFile(at(`odd/${LONG_NAME}`), 'utf8')).toBe('long');
  });

  test.each([
    [0, 8],
    [4095, 4099],
    [131_071, 300_001],
    [4 * GIB - 3, 70_000],
    [5 * GIB, 4096],
    [5 * GIB + 13, 10],
    [6 * GIB, 10],
  ])('reads at offset %d, %d bytes, what is there', async (offset, length) => {
    const handle = await fs.open(at('huge'));
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, offset);
      const expected = Math.max(0, Math.min(length, 5 * GIB + 13 - offset));
      const [bytes = new Uint8Array()] = await countingContent(5 * GIB + 13).read(offset, expected, signal());
      expect(bytesRead).toBe(expected);
      expect(buffer.subarray(0, bytesRead).equals(bytes)).toBe(true);
    } finally {
      await handle.close();
    }
  });

  test('serves several readers at once', async () => {
    const jobs = [0, 1, 2, 3].map((i) =>
      script('dd if="$1" bs=1M skip="$2" count=64 status=none | sha256sum', [at('huge'), String(i * 1024)]),
    );
    const sums = (await Promise.all(jobs)).map(({ stdout }) => stdout);
    expect(new Set(sums).size).toBe(4);
    const [again] = await Promise.all([
      script('dd if="$1" bs=4k skip=0 count=16384 status=none | sha256sum', [at('huge')]),
    ]);
    expect(again?.stdout).toBe(sums[0]);
  });

  test('gives all bytes of a file that is longer or shorter than recorded', async () => {
    expect(await output('cat', [at('longer')])).toBe('more than recorded');
    expect(await output('cat', [at('shorter')])).toBe('few');
  });

  test('follows and shows symbolic links', async () => {
    expect(await fs.readlink(at('link'))).toBe('hello');
    expect(await fs.readFile(at('link'), 'utf8')).toBe('hello world');
  });

  test('shows extended attributes, also of links', async () => {
    const dump = await output('getfattr', ['-h', '-d', '-m', '-', '-e', 'hex', at('hello')]);
    expect(dump).toContain('user.note=0x610062');
    expect(dump).toMatch(/^user\.empty/m);
    expect(await output('getfattr', ['-h', '--only-values', '-n', 'security.x', at('link')])).toBe('s');
    const missing = await run('getfattr', ['-n', 'user.missing', at('hello')]);
    expect(missing.stderr).toContain('No such attribute');
    const tooSmall = await run('perl', [
      '-e',
      'my ($b, $k) = ("xx", "user.note"); my $n = syscall(191, $ARGV[0], $k, $b, 2); print $n, " ", $!+0',
      at('hello'),
    ]);
    if (process.arch === 'x64') expect(tooSmall.stdout).toBe('-1 34');
  });

  test('seeks data and holes: a file is data to its end', async () => {
    const seek = 'open F, "<", $ARGV[0]; for my $w (3, 4) { print sysseek(F, $ARGV[1], $w) // $!+0, " " }';
    expect(await output('perl', ['-e', seek, at('hello'), '3'])).toBe('3 11 ');
    expect(await output('perl', ['-e', seek, at('hello'), '11'])).toBe('6 6 ');
  });

  test('runs a program from the mount, which maps it', async () => {
    // Not run by this process: Node waits for exec(2) to succeed, and that reads from the mount.
    expect(await output('bash', ['-c', '"$1" mapped', 'bash', at('program')])).toBe('mapped\n');
  });

  test('says how large the repository is, and that nothing is free', async () => {
    const space = await fs.statfs(mounted.path);
    expect(space).toMatchObject({
      bsize: 4096,
      blocks: Math.ceil(123_456_789 / 4096),
      bfree: 0,
      files: 4242,
    });
  });

  test('gives EIO for what is damaged, and goes on', async () => {
    await expect(fs.readFile(at('damaged'))).rejects.toMatchObject({ code: 'EIO' });
    await expect(fs.readdir(at('broken'))).rejects.toMatchObject({ code: 'EIO' });
    expect(await fs.readFile(at('hello'), 'utf8')).toBe('hello world');
    expect(mounted.warnings).toEqual([]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['open for writing', () => fs.open(at('hello'), 'r+')],
    ['create', () => fs.open(at('new'), 'w')],
    ['truncate', () => fs.truncate(at('hello'), 1)],
    ['mkdir', () => fs.mkdir(at('new'))],
    ['rmdir', () => fs.rmdir(at('deep'))],
    ['unlink', () => fs.unlink(at('hello'))],
    ['rename', () => fs.rename(at('hello'), at('other'))],
    ['link', () => fs.link(at('hello'), at('other'))],
    ['symlink', () => fs.symlink('x', at('other'))],
    ['chmod', () => fs.chmod(at('hello'), 0o600)],
    ['chown', () => fs.chown(at('hello'), 1, 1)],
    ['utimes', () => fs.utimes(at('hello'), 1, 1)],
  ])('refuses to %s with EROFS', async (_, change) => {
    await expect(change()).rejects.toMatchObject({ code: 'EROFS' });
  });

  test.each([
    ['setfattr', ['-n', 'user.x', '-v', 'y']],
    ['setfattr', ['-x', 'user.note']],
  ])('refuses %s %j', async (program, args) => {
    expect((await run(program, [...args, at('hello')])).stderr).toContain('Read-only file system');
  });
});

describe('a folder that changes', needs('root', '/dev/fuse'), () => {
  afterEach(endMemoryMounts);

  test('shows additions, removals and replacements at once', async () => {
    const changing = changingFolder({ latest: symlink('a'), a: folder({ f: file('in a') }) });
    const mounted = await mountMemory(folder({ snapshots: changing }));
    const at = (name: string): string => join(mounted.path, 'snapshots', name);
    expect(await fs.readlink(at('latest'))).toBe('a');
    expect(await fs.readFile(at('a/f'), 'utf8')).toBe('in a');
    changing.set('b', folder({ f: file('in b') }));
    changing.set('latest', symlink('b'));
    changing.remove('a');
    // The notifications are written in turn with requests: well below the second that entries are believed.
    await expect.poll(() => fs.readlink(at('latest')), { interval: 5, timeout: 500 }).toBe('b');
    expect((await fs.readdir(at(''))).sort()).toEqual(['b', 'latest']);
    expect(await fs.readFile(at('latest/f'), 'utf8')).toBe('in b');
    await expect(fs.stat(at('a'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(mounted.warnings).toEqual([]);
    await mounted.unmount({ detach: false });
    await mounted.closed;
  });

  test('takes notifications while requests hold its lock', async () => {
    const changing = changingFolder({});
    for (let i = 0; i < 200; i++) changing.set(`n${i}`, file(String(i)));
    const mounted = await mountMemory(folder({ snapshots: changing }));
    const lists = Array.from({ length: 10 }, () => run('ls', ['-l', join(mounted.path, 'snapshots')]));
    const end = Promise.all(lists);
    let settled = false;
    void end.finally(() => {
      settled = true;
    });
    for (let i = 0; !settled; i++) {
      changing.set(`n${i % 200}`, file(`again ${i}`));
      await sleep(1);
    }
    for (const { stdout } of await end) expect(stdout).toContain('n199');
    expect(mounted.warnings).toEqual([]);
    await mounted.unmount({ detach: false });
    await mounted.closed;
  });
});

describe('interrupts', needs('root', '/dev/fuse', 'perl'), () => {
  afterEach(endMemoryMounts);

  test('a killed reader lets go of a read that is stuck', async () => {
    const content = stuckContent(100);
    // Not read ahead (its size is wrong): reads ahead belong to nobody, and no signal ends them.
    const mounted = await mountMemory(folder({ stuck: file(content, { size: 1 }) }));
    const reader = spawn('cat', [join(mounted.path, 'stuck')], { stdio: 'ignore' });
    await content.begun;
    reader.kill('SIGKILL');
    await once(reader, 'exit');
    await expect.poll(() => content.waiting, { timeout: 5000 }).toBe(0);
    await mounted.unmount({ detach: false });
    await mounted.closed;
    expect(mounted.warnings).toEqual([]);
  });

  test('a killed reader of a file that is read ahead goes, and so does the mount', async () => {
    const content = stuckContent(100);
    const mounted = await mountMemory(folder({ stuck: file(content) }));
    const reader = spawn('cat', [join(mounted.path, 'stuck')], { stdio: 'ignore' });
    await content.begun;
    reader.kill('SIGKILL');
    await once(reader, 'exit');
    await mounted.unmount({ detach: false });
    await mounted.closed;
    expect(content.waiting).toBe(0);
  });

  test('signals that a program handles do not fail its reads', async () => {
    const slow: OpenFile = {
      size: 20,
      read: async (offset, length, signal) => {
        await sleep(50, undefined, { signal });
        return [Buffer.alloc(length, 0x30 + offset)];
      },
    };
    // Read past the cache, so that each read(2) is a request that a signal may interrupt.
    const mounted = await mountMemory(folder({ slow: file(slow, { size: 1 }) }));
    const program = `use Time::HiRes qw(setitimer ITIMER_REAL); $SIG{ALRM} = sub { $n++ };
      setitimer(ITIMER_REAL, 0.005, 0.005); open F, "<", $ARGV[0];
      for (1..4) { defined(sysread(F, $b, 5)) or die $!; $all .= $b } print $n >= 3 ? $all : "quiet"`;
    expect(await output('perl', ['-e', program, join(mounted.path, 'slow')])).toBe('0000055555:::::?????');
    await mounted.unmount({ detach: false });
    await mounted.closed;
  });
});

describe('the end of a mount', needs('root', '/dev/fuse', 'umount'), () => {
  afterEach(endMemoryMounts);

  test('unmount while in use is refused as busy, and the mount goes on', async () => {
    const mounted = await mountMemory(folder({ hello: file('hello') }));
    const handle = await fs.open(join(mounted.path, 'hello'));
    await expect(mounted.unmount({ detach: false })).rejects.toMatchObject({
      name: 'MountError',
      code: 'busy',
    });
    expect(await fs.readFile(join(mounted.path, 'hello'), 'utf8')).toBe('hello');
    await handle.close();
    await mounted.unmount({ detach: false });
    await mounted.closed;
    await mounted.unmount({ detach: false });
  });

  test('detach hides it at once and ends it with its last user', async () => {
    const mounted = await mountMemory(folder({ hello: file('hello') }));
    const handle = await fs.open(join(mounted.path, 'hello'));
    let closed = false;
    const closing = mounted.closed.then(() => {
      closed = true;
    });
    await mounted.unmount({ detach: true });
    expect(await isMounted(mounted.path)).toBe(false);
    expect(await handle.readFile('utf8')).toBe('hello');
    expect(closed).toBe(false);
    await handle.close();
    await closing;
  });

  test('somebody else may unmount it', async () => {
    const mounted = await mountMemory(folder({ hello: file('hello') }));
    await output('umount', [mounted.path]);
    await mounted.closed;
    expect(await isMounted(mounted.path)).toBe(false);
  });

  test('abort gives errors to those who wait and leaves nothing', async () => {
    const content = stuckContent(100);
    const mounted = await mountMemory(folder({ stuck: file(content, { size: 1 }), hello: file('x') }));
    const reader = run('cat', [join(mounted.path, 'stuck')]);
    await content.begun;
    mounted.abort();
    expect((await reader).stderr).toContain('Input/output error');
    await mounted.closed;
    expect(content.waiting).toBe(0);
    expect(await isMounted(mounted.path)).toBe(false);
  });

  test('abort ends a detached mount that is still used', async () => {
    const mounted = await mountMemory(folder({ hello: file('hello') }));
    const handle = await fs.open(join(mounted.path, 'hello'));
    await mounted.unmount({ detach: true });
    mounted.abort();
    await mounted.closed;
    await expect(handle.readFile()).rejects.toMatchObject({
      code: expect.stringMatching(/ENOTCONN|ECONNABORTED/),
    });
    // close(2) asks the file system too, and closes whatever it answers.
    await expect(handle.close()).rejects.toMatchObject({ code: 'ENOTCONN' });
  });

  test('what is mounted over it by somebody else stays', async () => {
    const mounted = await mountMemory(folder({}));
    await output('mount', ['-t', 'tmpfs', 'over', mounted.path]);
    await mounted.unmount({ detach: true });
    expect(await isMounted(mounted.path)).toBe(true);
    await output('umount', [mounted.path]);
    await mounted.unmount({ detach: false });
    await mounted.closed;
    expect(await isMounted(mounted.path)).toBe(false);
  });

  test('20 mounts leave no descriptor open', async () => {
    const count = async (): Promise<number> => (await fs.readdir('/proc/self/fd')).length;
    const once = async (): Promise<void> => {
      const mounted = await mountMemory(folder({ hello: file('hello') }));
      await output('cat', [join(mounted.path, 'hello')]);
      await mounted.unmount({ detach: false });
      await mounted.closed;
    };
    await once();
    const before = await count();
    for (let i = 0; i < 20; i++) await once();
    expect(await count()).toBe(before);
  });

  test('a mountpoint that is missing or a file is named', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'snapmount-driver-')), 'm');
    await expect(mountMemory(folder({}), { mountpoint: path })).rejects.toThrow(`"${path}" does not exist`);
    writeFileSync(path, '');
    await expect(mountMemory(folder({}), { mountpoint: path })).rejects.toThrow(`"${path}" is not a folder`);
  });
});

describe('how fast it is', needs('root', '/dev/fuse'), () => {
  afterEach(endMemoryMounts);

  test('lists 20,000 files with attributes in well under two seconds, and reads 1 GiB in under five', async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => [`file-${i}`, file('x')] as const);
    const content = repeatedContent(GIB, new Uint8Array(2 ** 20));
    const mounted = await mountMemory(folder({ many: folder(many), big: file(content) }));
    const listing = await timed(() => run('ls', ['-l', join(mounted.path, 'many')]));
    const reading = await timed(() =>
      run('dd', [`if=${join(mounted.path, 'big')}`, 'of=/dev/null', 'bs=1M']),
    );
    process.stderr.write(`ls -l of 20,000: ${listing} ms; 1 GiB: ${reading} ms\n`);
    expect(listing).toBeLessThan(2000);
    expect(reading).toBeLessThan(5000);
    await mounted.unmount({ detach: false });
    await mounted.closed;
  });
});

describe('an ordinary user', needs('root', '/dev/fuse', 'fusermount3', 'setpriv'), () => {
  const USER = 65534;
  const asUser = ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', '--'];
  const { mode } = statSync('/dev/fuse');
  let installed: string;

  beforeAll(async () => {
    installed = await installDriver();
    chmodSync('/dev/fuse', 0o666);
  });
  afterAll(() => chmodSync('/dev/fuse', mode & 0o777));

  async function ownFolder(): Promise<string> {
    const path = mkdtempSync(join(tmpdir(), 'snapmount-user-'));
    await fs.chown(path, USER, USER);
    return path;
  }

  test('mounts, reads, meets busy, and unmounts', async () => {
    const path = await ownFolder();
    const { child, next } = serve(installed, asUser, [path]);
    await until(next, 'mounted');
    const [, ...setpriv] = asUser;
    expect(await output('setpriv', [...setpriv, 'cat', join(path, 'hello')])).toBe('hello\n');
    const info = (await fs.readFile('/proc/self/mountinfo', 'utf8'))
      .split('\n')
      .find((line) => line.includes(path));
    expect(info).toMatch(/ ro,nosuid,nodev.* - fuse\.snapmount snapmount:a,b ro,user_id=65534/);
    const user = spawn('setpriv', [...setpriv, 'bash', '-c', `cd ${path}; echo in; read`], { stdio: 'pipe' });
    await once(user.stdout, 'data');
    child.kill('SIGTERM');
    expect(await until(next, 'refused')).toContain(path);
    user.stdin.end();
    await once(user, 'exit');
    child.kill('SIGTERM');
    await until(next, 'closed');
    expect(await ended(child)).toBe(0);
    expect(await isMounted(path)).toBe(false);
  });

  test('abort ends it although somebody waits, and the program exits', async () => {
    const path = await ownFolder();
    const { child, next } = serve(installed, asUser, [path]);
    await until(next, 'mounted');
    const [, ...setpriv] = asUser;
    const reader = run('setpriv', [...setpriv, 'cat', join(path, 'stuck')]);
    child.kill('SIGINT');
    await until(next, 'closed');
    expect(await ended(child)).toBe(0);
    expect((await reader).code).not.toBe(0);
    expect(await isMounted(path)).toBe(false);
  });

  test('is told what is missing', async () => {
    const allowOther = serve(installed, asUser, [await ownFolder(), 'allow-other']);
    if (!/^user_allow_other/m.test(readFileSync('/etc/fuse.conf', 'utf8'))) {
      expect(await until(allowOther.next, 'denied')).toContain('"user_allow_other" in /etc/fuse.conf');
    }
    const foreign = mkdtempSync(join(tmpdir(), 'snapmount-user-'));
    chmodSync(foreign, 0o755);
    expect(await until(serve(installed, asUser, [foreign]).next, 'denied')).toContain(`"${foreign}"`);
    chmodSync('/dev/fuse', 0o600);
    expect(await until(serve(installed, asUser, [foreign]).next, 'denied')).toContain('chmod 666 /dev/fuse');
    chmodSync('/dev/fuse', 0o666);
    const forbidden = [...['unshare', '-m', 'bash', '-c', FORBID_HELPERS, 'bash'], ...asUser];
    expect(await until(serve(installed, forbidden, [await ownFolder()]).next, 'denied')).toContain(
      'No permission to run fusermount3',
    );
  });
});

/** Runs its arguments where no fusermount can be run. */
const FORBID_HELPERS =
  'for p in $(type -ap fusermount3 fusermount); do mount --bind /dev/null "$p"; done; exec "$@"';

/** The text of the next event of this kind; what else is said before only describes. */
async function until(next: () => Promise<{ event: string; text: string }>, event: string): Promise<string> {
  for (;;) {
    const said = await next();
    if (said.event === event) return said.text;
    if (!['detail', 'note'].includes(said.event))
      throw new Error(`Waited for ${event}, got ${JSON.stringify(said)}`);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return Math.round(performance.now() - start);
}

function signal(): AbortSignal {
  return new AbortController().signal;
}
