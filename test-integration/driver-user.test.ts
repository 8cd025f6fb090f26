/** The drivers for Linux in a process of an ordinary user: fusermount3, its refusals, the end. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { POSIX_DRIVERS } from './support/conformance/posix-drivers.ts';
import { emptyFolder, ended, installDriver, isMounted, serve, until } from './support/memory-mount.ts';
import { asNobody, NOBODY, within } from './support/prefixes.ts';
import { needs } from './support/require-tool.ts';
import { output, run } from './support/run.ts';

describe.each(POSIX_DRIVERS)('an ordinary user with the driver $driver', ({ driver, tools }) => {
  describe(
    'has a mount that',
    needs('root', '/dev/fuse for everybody', 'fusermount3', 'setpriv', 'unshare', ...tools),
    () => {
      let installed: string;

      beforeAll(async () => {
        installed = await installDriver();
      });

      async function ownFolder(): Promise<string> {
        const path = emptyFolder();
        await fs.chown(path, NOBODY, NOBODY);
        return path;
      }

      test('mounts, reads, meets busy, and unmounts', async () => {
        const path = await ownFolder();
        const { child, next } = serve(installed, asNobody, [path], driver);
        await until(next, 'mounted');
        const [, ...setpriv] = asNobody;
        expect(await output('setpriv', [...setpriv, 'cat', join(path, 'hello')])).toBe('hello\n');
        const info = (await fs.readFile('/proc/self/mountinfo', 'utf8'))
          .split('\n')
          .find((line) => line.includes(path));
        expect(info).toMatch(/ ro,nosuid,nodev.* - fuse\.snapmount snapmount:a,b ro,user_id=65534/);
        const user = spawn('setpriv', [...setpriv, 'bash', '-c', `cd ${path}; echo in; read`], {
          stdio: 'pipe',
        });
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
        const { child, next } = serve(installed, asNobody, [path], driver);
        await until(next, 'mounted');
        const [, ...setpriv] = asNobody;
        const reader = run('setpriv', [...setpriv, 'cat', join(path, 'stuck')]);
        child.kill('SIGINT');
        await until(next, 'closed');
        expect(await ended(child)).toBe(0);
        expect((await reader).code).not.toBe(0);
        expect(await isMounted(path)).toBe(false);
      });

      test('is told what is missing', async () => {
        const own = await ownFolder();
        expect(await refusal(within(CLOSED_DEVICE), own)).toContain('chmod 666 /dev/fuse');
        // libfuse 2 leaves it to fusermount to say the rest.
        if (driver === 'fuse-native') return;
        const foreign = emptyFolder();
        chmodSync(foreign, 0o755);
        expect(await refusal([], foreign)).toContain(`"${foreign}"`);
        expect(await refusal(within(NO_ALLOW_OTHER), own, 'allow-other')).toContain(
          '"user_allow_other" in /etc/fuse.conf',
        );
        expect(await refusal(within(NO_HELPER), own)).toMatch(/No permission to run ".*\/fusermount3"/);
      });

      function refusal(prefix: readonly string[], ...args: string[]): Promise<string> {
        return until(serve(installed, [...prefix, ...asNobody], args, driver).next, 'denied');
      }
    },
  );
});

const NO_ALLOW_OTHER = 'mount --bind /dev/null /etc/fuse.conf';
const NO_HELPER = 'for p in $(type -ap fusermount3 fusermount); do mount --bind /dev/null "$p"; done';
const CLOSED_DEVICE = `
  folder=$(mktemp -d); mount -t tmpfs closed "$folder"; mknod -m 600 "$folder/fuse" c 10 229
  mount --bind "$folder/fuse" /dev/fuse; umount -l "$folder"; rmdir "$folder"`;
