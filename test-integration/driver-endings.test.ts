/**
 * How mounts end with each driver for POSIX systems, and folders that change under it. This process serves, so what
 * touches a mount here is another process or a call that does not block.
 */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { MountOptions } from '../src/mount/driver.ts';
import {
  changingFolder,
  file,
  folder,
  type MemoryDirectory,
  memoryView,
  stuckContent,
  symlink,
} from '../src/mount/testing/memory-view.ts';
import { POSIX_DRIVERS } from './support/conformance/posix-drivers.ts';
import { temporaryFolder } from './support/fixtures.ts';
import {
  CREATE_DRIVER,
  emptyFolder,
  endMemoryMounts,
  isMounted,
  type MemoryMount,
  mountMemory,
} from './support/memory-mount.ts';
import { needs } from './support/require-tool.ts';
import { output, run, scriptOutput } from './support/run.ts';

describe.each(POSIX_DRIVERS)('with the driver $driver', ({ driver, tools }) => {
  afterEach(endMemoryMounts);

  function mount(root: MemoryDirectory, options: Partial<MountOptions> = {}): Promise<MemoryMount> {
    return mountMemory(root, options, driver);
  }

  describe('a folder that changes', needs('root', '/dev/fuse', ...tools), () => {
    test('shows additions, removals and replacements after a second', async () => {
      const changing = changingFolder({ latest: symlink('a'), a: folder({ f: file('in a') }) });
      const mounted = await mount(folder({ snapshots: changing }));
      const at = (name: string): string => join(mounted.path, 'snapshots', name);
      expect(await fs.readlink(at('latest'))).toBe('a');
      expect(await fs.readFile(at('a/f'), 'utf8')).toBe('in a');
      changing.set('b', folder({ f: file('in b') }));
      changing.set('latest', symlink('b'));
      changing.remove('a');
      await expect.poll(() => fs.readlink(at('latest')), { timeout: 3000 }).toBe('b');
      expect((await fs.readdir(at(''))).sort()).toEqual(['b', 'latest']);
      expect(await fs.readFile(at('latest/f'), 'utf8')).toBe('in b');
      const code = () => fs.stat(at('a')).catch((problem: NodeJS.ErrnoException) => problem.code);
      await expect.poll(code, { timeout: 3000 }).toBe('ENOENT');
      expect(mounted.warnings).toEqual([]);
      await mounted.unmount({ detach: false });
      await mounted.closed;
    });

    test('may change while programs list it', async () => {
      const changing = changingFolder({});
      for (let i = 0; i < 200; i++) changing.set(`n${i}`, file(String(i)));
      const mounted = await mount(folder({ snapshots: changing }));
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

  describe('the end of a mount', needs('root', '/dev/fuse', 'umount', ...tools), () => {
    test('unmount while in use is refused as busy, and the mount goes on', async () => {
      const mounted = await mount(folder({ hello: file('hello') }));
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

    test('of several who unmount it at the same time none fails', async () => {
      const mounted = await mount(folder({ hello: file('hello') }));
      await Promise.all(Array.from({ length: 20 }, () => mounted.unmount({ detach: true })));
      await mounted.closed;
      expect(await isMounted(mounted.path)).toBe(false);
      expect(mounted.warnings).toEqual([]);
    });

    test('detach hides it at once and ends it with its last user', async () => {
      const mounted = await mount(folder({ hello: file('hello') }));
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
      const mounted = await mount(folder({ hello: file('hello') }));
      await output('umount', [mounted.path]);
      await mounted.closed;
      expect(await isMounted(mounted.path)).toBe(false);
    });

    test.each([
      ['renamed a folder above it', 'mv "$1/above" "$1/renamed"', 'renamed/mnt'],
      ['moved it', 'mount --make-private "$1"; mkdir "$1/to"; mount --move "$1/above/mnt" "$1/to"', 'to'],
    ])('somebody else may have %s', async (_, move, place) => {
      const top = emptyFolder();
      // Where mounts may be moved: not below one that is shared with other namespaces.
      await output('mount', ['-t', 'tmpfs', 'top', top]);
      try {
        const mountpoint = join(top, 'above', 'mnt');
        await fs.mkdir(mountpoint, { recursive: true });
        for (const end of ['unmount', 'abort'] as const) {
          const mounted = await mount(folder({ hello: file('hello') }), { mountpoint });
          await scriptOutput(move, [top]);
          expect(await output('cat', [join(top, place, 'hello')])).toBe('hello');
          const user = spawn('bash', ['-c', 'cd "$1"; echo in; read', 'bash', join(top, place)]);
          await once(user.stdout, 'data');
          await expect(mounted.unmount({ detach: false })).rejects.toMatchObject({ code: 'busy' });
          expect(await mounted.users()).toEqual([{ pid: user.pid, name: 'bash' }]);
          user.stdin.end();
          await once(user, 'close');
          if (end === 'unmount') await mounted.unmount({ detach: false });
          else mounted.abort();
          await mounted.closed;
          expect(await isMounted(join(top, place))).toBe(false);
          expect(mounted.warnings).toEqual([]);
          await scriptOutput('rm -rf "$1"/*; mkdir -p "$1/above/mnt"', [top]);
        }
      } finally {
        await output('umount', ['-R', '-l', top]);
      }
    });

    test('abort gives errors to those who wait and leaves nothing', async () => {
      const content = stuckContent(100);
      const mounted = await mount(folder({ stuck: file(content), hello: file('x') }));
      const reader = run('dd', ['iflag=direct', `if=${join(mounted.path, 'stuck')}`]);
      await content.begun;
      mounted.abort();
      expect((await reader).stderr).toContain('Input/output error');
      await mounted.closed;
      expect(content.waiting).toBe(0);
      expect(await isMounted(mounted.path)).toBe(false);
    });

    test('abort ends a detached mount that is still used', async () => {
      const mounted = await mount(folder({ hello: file('hello') }));
      const handle = await fs.open(join(mounted.path, 'hello'));
      await mounted.unmount({ detach: true });
      mounted.abort();
      await mounted.closed;
      if (driver === 'fuse') {
        await expect(handle.readFile()).rejects.toMatchObject({
          code: expect.stringMatching(/ENOTCONN|ECONNABORTED/),
        });
        // close(2) asks the file system too, and closes whatever it answers.
        await expect(handle.close()).rejects.toMatchObject({ code: 'ENOTCONN' });
      } else {
        // libfuse has the connection: where nobody can cut it, each request is answered with an error.
        await expect(handle.readFile()).rejects.toMatchObject({
          code: expect.stringMatching(/EIO|ENOTCONN|ECONNABORTED/),
        });
        await handle.close().catch(() => {});
      }
    });

    test('what is mounted over it by somebody else stays, and is said to hide it', async () => {
      const mounted = await mount(folder({}));
      await output('mount', ['-t', 'tmpfs', 'over', mounted.path]);
      for (const detach of [false, true]) {
        await expect(mounted.unmount({ detach })).rejects.toMatchObject({
          name: 'MountError',
          code: 'failed',
          message: expect.stringContaining(`hides the one at "${mounted.path}": unmount that first`),
        });
      }
      expect(await isMounted(mounted.path)).toBe(true);
      await output('umount', [mounted.path]);
      await mounted.unmount({ detach: false });
      await mounted.closed;
      expect(await isMounted(mounted.path)).toBe(false);
    });

    test('a second one at the same place is refused and leaves nothing, the first goes on', async () => {
      const mounted = await mount(folder({ name: file('first') }));
      const second = mount(folder({}), { mountpoint: mounted.path });
      await expect(second).rejects.toMatchObject({ name: 'MountError', code: 'busy' });
      expect(await output('cat', [join(mounted.path, 'name')])).toBe('first');
      await mounted.unmount({ detach: false });
      await mounted.closed;
      expect(await isMounted(mounted.path)).toBe(false);
    });

    test('what is mounted in its place by somebody else stays', async () => {
      const mounted = await mount(folder({}));
      // Both before this process can notice. The kernel gives the free device number to the next mount.
      execFileSync('umount', ['-l', mounted.path], { timeout: 10_000 });
      execFileSync('mount', ['-t', 'tmpfs', 'other', mounted.path], { timeout: 10_000 });
      await mounted.unmount({ detach: false });
      await mounted.closed;
      expect(await isMounted(mounted.path)).toBe(true);
      await output('umount', [mounted.path]);
    });

    test('a mount that is stopped while it is made rejects with the reason and leaves nothing', async () => {
      const path = emptyFolder();
      const reporter = { warn() {}, note() {}, detail() {}, progress() {} };
      const options = {
        mountpoint: path,
        source: 'snapmount:test',
        allowOther: false,
        defaultPermissions: true,
      };
      // Whatever it has come to by then.
      for (let turns = 0; turns < 40; turns += 1) {
        const stop = new AbortController();
        const mounting = CREATE_DRIVER[driver]({ reporter }).mount(
          memoryView(folder({})),
          options,
          stop.signal,
        );
        const rejection = expect(mounting).rejects.toThrow('Ctrl-C');
        for (let turn = 0; turn < turns % 8; turn += 1) await nextTurn();
        stop.abort(new Error('Ctrl-C'));
        await rejection;
        expect(await isMounted(path)).toBe(false);
      }
    });

    test('30 mounts leave no descriptor open', async () => {
      const count = async (): Promise<number> => (await fs.readdir('/proc/self/fd')).length;
      const once = async (): Promise<void> => {
        const mounted = await mount(folder({ hello: file('hello') }));
        await output('cat', [join(mounted.path, 'hello')]);
        await mounted.unmount({ detach: false });
        await mounted.closed;
      };
      await once();
      const before = await count();
      for (let i = 0; i < 30; i++) await once();
      expect(await count()).toBe(before);
    });

    test('a mountpoint that is missing or a file is named', async () => {
      const path = join(await temporaryFolder(), 'm');
      await expect(mount(folder({}), { mountpoint: path })).rejects.toThrow(`"${path}" does not exist`);
      writeFileSync(path, '');
      await expect(mount(folder({}), { mountpoint: path })).rejects.toThrow(`"${path}" is not a folder`);
    });
  });
});
