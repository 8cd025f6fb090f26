import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FsError } from '../src/mount/errors.ts';
import { EntryKind } from '../src/mount/node.ts';
import {
  countingContent,
  damagedContent,
  file,
  folder,
  special,
  symlink,
} from '../src/mount/testing/memory-view.ts';
import { readCopy } from '../src/mount/testing/read-copy.ts';
import { processIdentity } from '../src/process-identity.ts';
import { endMemoryMounts, type MemoryMount, mountMemory } from './support/memory-mount.ts';
import { needs } from './support/require-tool.ts';
import { output, run, script } from './support/run.ts';

const GIB = 2 ** 30;
const ODD_NAME = Buffer.from('new\nline\xff\x01 "\\*', 'latin1');
const LONG_NAME = 'n'.repeat(255);

describe('a program that goes through folders in order', needs('root', '/dev/fuse', 'tar'), () => {
  afterEach(endMemoryMounts);
  const content = (number: number) => `content of ${number}, `.repeat(1 + ((number * 7919) % 900));
  const numbered = (files: number, more: (number: number) => string = content) =>
    folder(Array.from({ length: files }, (_, number) => [`${number}`.padStart(4, '0'), file(more(number))]));

  test('gets most small files from what was read ahead, with their right bytes', async () => {
    const folders = { one: numbered(200), two: numbered(200), three: numbered(200) };
    const mounted = await mountMemory(folder(folders));
    const hashes = await script('cd "$1" && for f in */*; do sha256sum "$f"; done', [mounted.path]);
    const sum = (text: string) => createHash('sha256').update(text).digest('hex');
    const lines = ['one', 'three', 'two'].flatMap((name) =>
      Array.from(
        { length: 200 },
        (_, number) => `${sum(content(number))}  ${name}/${`${number}`.padStart(4, '0')}`,
      ),
    );
    expect(hashes.stdout.trimEnd().split('\n')).toEqual(lines);
    // Each once, but for those that were asked for before their turn came.
    for (const { givenTogether } of Object.values(folders)) {
      expect(givenTogether).toBeGreaterThan(150);
      expect(givenTogether).toBeLessThanOrEqual(200);
    }
  });

  test('is told of a file that cannot be read, and gets the others', async () => {
    const files = Array.from({ length: 50 }, (_, number) =>
      file(number === 20 ? damagedContent(5000) : 'fine'),
    );
    const names = files.map((node, number) => [`${number}`.padStart(2, '0'), node] as const);
    const mounted = await mountMemory(folder(names));
    const { code, stdout, stderr } = await run('sh', ['-c', 'cat "$1"/*', 'sh', mounted.path]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'fine'.repeat(49) });
    expect(stderr).toMatch(/20: Input\/output error/);
  });

  test('and looks at names only gets no attributes after a while, and whoever wants them gets them', async () => {
    const name = (number: number) => `${number}`.padStart(2, '0');
    const folders = Array.from({ length: 20 }, (_, number) => [name(number), numbered(10)] as const);
    const mounted = await mountMemory(folder(folders));
    const find = (...args: string[]) => output('find', [mounted.path, '-type', 'f', ...args]);
    const asked = async (path: string) => {
      const before = mounted.accesses;
      await output('test', ['-e', join(mounted.path, path)]);
      return mounted.accesses - before;
    };
    expect((await find()).trimEnd().split('\n')).toHaveLength(200);
    expect(await asked('00/0001')).toBe(0);
    expect(await asked('19/0001')).toBeGreaterThan(0);
    const sizes = folders.flatMap(([at]) =>
      Array.from(
        { length: 10 },
        (_, number) => `${at}/${`${number}`.padStart(4, '0')} ${content(number).length}`,
      ),
    );
    for (let round = 0; round < 3; round++) {
      const [listed, counted] = await Promise.all([find('-printf', '%P %s\\n'), find()]);
      expect(listed.trimEnd().split('\n')).toEqual(sizes);
      expect(counted.trimEnd().split('\n')).toHaveLength(200);
    }
  });

  test('may be one of several at once', async () => {
    const mounted = await mountMemory(folder({ one: numbered(300), two: numbered(300) }));
    const tar = () => output('sh', ['-c', 'tar -C "$1" -cf - . | sha256sum', 'sh', mounted.path]);
    const sums = await Promise.all([tar(), tar(), tar(), tar()]);
    expect(new Set(sums).size).toBe(1);
  });

  test('holds up neither the end of the mount nor anybody else when it is killed', async () => {
    const mounted = await mountMemory(numbered(2000));
    const reader = spawn('sh', ['-c', 'cat "$1"/*', 'sh', mounted.path], { stdio: 'ignore' });
    await expect.poll(() => mounted.accesses).toBeGreaterThan(20);
    mounted.abort();
    await mounted.closed;
    if (reader.exitCode === null) await once(reader, 'exit');
  });
});

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
      const content = countingContent(5 * GIB + 13);
      const [bytes = new Uint8Array()] = await readCopy(content, offset, expected, signal());
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

  test('gives an error, not a part, for a file that is longer or shorter than recorded', async () => {
    for (const name of ['longer', 'shorter']) {
      expect(await run('cat', [at(name)])).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('Input/output error'),
      });
    }
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

  test('says by an attribute of its root that is not listed which process serves it', async () => {
    const get = ['--only-values', '-n', 'user.snapmount.process'];
    const identity = await processIdentity(process.pid);
    expect(await output('getfattr', [...get, mounted.path])).toBe(`${process.pid} ${identity}`);
    expect(await output('getfattr', ['-d', '-m', '-', mounted.path])).toBe('');
    expect((await run('getfattr', [...get, at('deep')])).stderr).toContain('No such attribute');
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

function signal(): AbortSignal {
  return new AbortController().signal;
}
