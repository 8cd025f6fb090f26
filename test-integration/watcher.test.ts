/** What becomes of a mount whose process is killed: its watcher cleans up, touches nothing else, and goes. */

import type { ChildProcess } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { escapeMountpoint } from '../src/mount/linux-mounts/mountinfo.ts';
import { ended, installDriver, serve, until } from './support/memory-mount.ts';
import { asNobody, NOBODY, within } from './support/prefixes.ts';
import { needs } from './support/require-tool.ts';
import { output, run } from './support/run.ts';
import { watchersOf } from './support/watchers.ts';

const ODD_NAME = 'it\'s "a" $(folder) \\ with *\n\tsigns ü';
const SOON = { timeout: 10_000, interval: 10 };

describe.each<[who: string, prefix: readonly string[]]>([
  ['root', []],
  ['an ordinary user', asNobody],
])(
  'when the process that serves a mount of %s',
  needs('root', '/dev/fuse for everybody', 'fusermount3', 'setpriv', 'umount'),
  (_, prefix) => {
    let installed: string;
    beforeAll(async () => {
      installed = await installDriver();
    });

    let folder: string;
    let path: string;
    function makeFolder(name = 'mnt'): void {
      folder = mkdtempSync(join(tmpdir(), 'snapmount-watched-'));
      path = join(folder, name);
      mkdirSync(path);
      for (const made of [folder, path]) chownSync(made, NOBODY, NOBODY);
    }
    afterEach(() => {
      // Not rm: should something still be mounted there, it must not be looked into.
      rmdirSync(path);
      rmdirSync(folder);
    });

    test.each(['mnt', ODD_NAME])(
      'is killed, %j is free again, readers get errors, nobody stays',
      async (name) => {
        makeFolder(name);
        const child = await served();
        const reader = run(...asReader('cat', join(path, 'stuck')));
        const watcher = watchers();
        expect(watcher).toHaveLength(1);
        await kill(child);
        await expect.poll(watchers, SOON).toEqual([]);
        expect(mountsHere()).toEqual([]);
        expect((await reader).code).not.toBe(0);
      },
    );

    test('is killed in the middle of mounting, nothing stays', async () => {
      makeFolder();
      const began = performance.now();
      await kill(await served());
      const whole = performance.now() - began;
      const rounds = 20;
      for (let round = 0; round < rounds; round += 1) {
        const { child } = serve(installed, prefix, [path]);
        // From before there is any watcher until after the mount serves.
        await sleep((whole * (round + 8)) / (rounds + 8));
        await kill(child);
        await expect.poll(watchers, SOON).toEqual([]);
        expect(mountsHere()).toEqual([]);
      }
    });

    test.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])(
      'ends by %s, its watcher ends before it',
      async (signal) => {
        makeFolder();
        const { child, next } = serve(installed, prefix, [path]);
        await until(next, 'mounted');
        child.kill(signal);
        await until(next, 'closed');
        expect(watchers()).toEqual([]);
        expect(await ended(child)).toBe(0);
      },
    );

    test('cannot mount, its watcher ends before it says so', async () => {
      makeFolder();
      const powerless = ['setpriv', '--bounding-set', '-sys_admin', '--inh-caps', '-sys_admin', '--'];
      const { next } = serve(installed, [...powerless, ...prefix], [path]);
      expect(await until(next, 'denied')).toContain('--cap-add SYS_ADMIN');
      expect(watchers()).toEqual([]);
    });

    test('is unmounted by somebody else, its watcher ends before it', async () => {
      makeFolder();
      const { child, next } = serve(installed, prefix, [path]);
      await until(next, 'mounted');
      await output('umount', [path]);
      await until(next, 'closed');
      expect(watchers()).toEqual([]);
      expect(await ended(child)).toBe(0);
    });

    test('is killed, what somebody else has mounted there stays', async () => {
      makeFolder();
      const child = await served();
      const [watcher] = watchers();
      process.kill(watcher!, 'SIGSTOP');
      await kill(child);
      await output('umount', ['-l', path]);
      await output('mount', ['-t', 'tmpfs', 'other', path]);
      process.kill(watcher!, 'SIGCONT');
      await expect.poll(watchers, SOON).toEqual([]);
      expect(mountsHere()).toEqual(['tmpfs']);
      await output('umount', [path]);
    });

    test('is killed below the mount of somebody else, both stay', async () => {
      makeFolder();
      const child = await served();
      await output('mount', ['-t', 'tmpfs', 'over', path]);
      await kill(child);
      await expect.poll(watchers, SOON).toEqual([]);
      expect(mountsHere()).toEqual(['fuse.snapmount', 'tmpfs']);
      await output('umount', [path]);
      await output('umount', ['-l', path]);
    });

    test('is the only one that ends it: signals that end programs in order do not', async () => {
      makeFolder();
      const child = await served();
      const [watcher] = watchers();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(watcher!, signal);
      await kill(child);
      await expect.poll(watchers, SOON).toEqual([]);
      expect(mountsHere()).toEqual([]);
    });

    test('has lost its watcher, it goes on and ends in order', async () => {
      makeFolder();
      const { child, next } = serve(installed, prefix, [path]);
      await until(next, 'mounted');
      process.kill(watchers()[0]!, 'SIGKILL');
      await expect.poll(watchers, SOON).toEqual([]);
      child.kill('SIGTERM');
      await until(next, 'closed');
      expect(await ended(child)).toBe(0);
      expect(mountsHere()).toEqual([]);
    });

    test('finds no shell, it mounts without a watcher and says so', async () => {
      makeFolder();
      const noShell = within('mount --bind /dev/null "$(realpath /bin/sh)"');
      const { child, next } = serve(installed, [...noShell, ...prefix], [path]);
      expect(await next()).toEqual({
        event: 'detail',
        text: expect.stringMatching(/^Nobody cleans ".*EACCES$/),
      });
      await until(next, 'mounted');
      child.kill('SIGTERM');
      await until(next, 'closed');
      expect(await ended(child)).toBe(0);
    });

    async function served(): Promise<ChildProcess> {
      const { child, next } = serve(installed, prefix, [path]);
      await until(next, 'mounted');
      return child;
    }

    function asReader(...command: string[]): [string, string[]] {
      const [program = '', ...args] = [...prefix, ...command];
      return [program, args];
    }

    /** Types, the last one is seen. */
    function mountsHere(): string[] {
      return readFileSync('/proc/self/mountinfo', 'utf8')
        .split('\n')
        .filter((line) => line.split(' ')[4] === escapeMountpoint(path))
        .map((line) => line.split(' - ')[1]!.split(' ')[0]!);
    }

    function watchers(): number[] {
      return watchersOf(path);
    }
  },
);

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await ended(child);
}
