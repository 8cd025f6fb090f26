/** What programs of a POSIX system see of a mount: details that no other system has. By each driver for such systems. */

import { readFileSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EntryKind } from '../src/mount/node.ts';
import { file, folder, special, symlink } from '../src/mount/testing/memory-view.ts';
import { processIdentity } from '../src/process-identity.ts';
import { POSIX_DRIVERS } from './support/conformance/posix-drivers.ts';
import { endMemoryMounts, type MemoryMount, mountMemory } from './support/memory-mount.ts';
import { needs } from './support/require-tool.ts';
import { output, run } from './support/run.ts';

const ODD_NAME = Buffer.from('new\nline\xff\x01 "\\*', 'latin1');
const LONG_NAME = 'n'.repeat(255);

describe.each(POSIX_DRIVERS)('what programs see with $driver', ({ driver, tools }) => {
  describe('at a mount', needs('root', '/dev/fuse', 'getfattr', 'setfattr', 'perl', ...tools), () => {
    /** fuse-native has milliseconds from 1970 on, inode numbers of 32 bits, and names that are UTF-8. */
    const isExact = driver === 'fuse';
    let mounted: MemoryMount;
    afterAll(endMemoryMounts);
    const at = (name: string): string => join(mounted.path, name);

    beforeAll(async () => {
      const linked = file('linked', { links: 2 });
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
        {},
        driver,
      );
    });

    test('shows attributes exactly', async () => {
      const format = '%F|%a|%u|%g|%s|%b|%h|%y|%Z';
      expect(await output('stat', ['-c', format, at('hello')])).toBe(
        `regular file|4750|12|34|11|1|1|2020-09-13 12:26:40.${isExact ? '123456789' : '123000000'} +0000|1650000000\n`,
      );
      expect(await output('stat', ['-c', '%y', at('old')])).toBe(
        isExact ? '1969-12-31 23:59:58.500000000 +0000\n' : '1970-01-01 00:00:00.000000000 +0000\n',
      );
      expect(await output('stat', ['-c', '%F %t %T', at('device')])).toBe('block special file 103 11170\n');
      expect(await output('stat', ['-c', '%F', at('fifo')])).toBe('fifo\n');
      const { ino } = await fs.stat(at('hello'), { bigint: true });
      if (isExact) expect(ino).toBeGreaterThan(2n ** 53n);
      else expect(ino).toBeLessThan(2n ** 32n);
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
      const shown = isExact ? ODD_NAME : Buffer.from(ODD_NAME.toString('latin1').replace('\xff', '\uf0ff'));
      expect(names).toEqual([shown, Buffer.from(LONG_NAME)]);
      const path = Buffer.concat([Buffer.from(at('odd/')), shown]);
      expect(await fs.readFile(path, 'utf8')).toBe('odd');
      expect(await fs.readFile(at(`odd/${LONG_NAME}`), 'utf8')).toBe('long');
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

    test('refuses each change also when somebody has mounted it anew to be written', async () => {
      await output('mount', ['-i', '-o', 'remount,rw', mounted.path]);
      const changes = [
        'echo x >> "$1/hello"',
        'touch "$1/new"',
        'truncate -s 1 "$1/hello"',
        'touch "$1/hello"',
        'chmod 600 "$1/hello"',
        'chown 1 "$1/hello"',
        'mkdir "$1/new"',
        'mkfifo "$1/new"',
        'rm -f "$1/hello"',
        'rmdir "$1/odd"',
        'mv "$1/hello" "$1/deep/hello"',
        'ln "$1/hello" "$1/new"',
        'ln -s x "$1/new"',
        'setfattr -n user.x -v y "$1/hello"',
        'setfattr -x user.note "$1/hello"',
      ];
      for (const change of changes) {
        const { code, stderr } = await run('sh', ['-c', change, 'sh', mounted.path]);
        expect({ change, code: code !== 0, stderr }).toEqual({
          change,
          code: true,
          // dash knows only few errors of a write by their names.
          stderr: expect.stringMatching(/Read-only file system|I\/O error/),
        });
      }
      expect(await fs.readFile(at('hello'), 'utf8')).toBe('hello world');
      await output('mount', ['-i', '-o', 'remount,ro', mounted.path]);
      expect(mounted.warnings).toEqual([]);
    });

    test.each([
      ['setfattr', ['-n', 'user.x', '-v', 'y']],
      ['setfattr', ['-x', 'user.note']],
    ])('refuses %s %j', async (program, args) => {
      expect((await run(program, [...args, at('hello')])).stderr).toContain('Read-only file system');
    });
  });
});
