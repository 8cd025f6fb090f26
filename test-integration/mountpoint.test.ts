/** Mountpoints that are taken: each is refused with what is there and a cure that works as it is printed. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { isMounted, locksIn, mount, snapmountProgram } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { CLEAN_ENVIRONMENT, PASSWORD, systemRestic } from './support/restic.ts';
import { output, run, scriptOutput } from './support/run.ts';

const ENVIRONMENT = { ...CLEAN_ENVIRONMENT, RESTIC_PASSWORD: PASSWORD };

describe('mount refuses', needs('root', 'restic', '/dev/fuse', 'umount'), () => {
  let repository: string;
  beforeAll(async () => {
    repository = await smallRepository(systemRestic());
  });

  test('a mountpoint that it serves already', async () => {
    const mounted = await mount(repository);
    const { code, stderr } = await mountAgain(mounted.path);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `snapmount: Mountpoint "${mounted.path}" holds a mount of snapmount already: unmount it first\n`,
    );
    await mounted.unmount();
  });

  test('a mountpoint whose program has died, at once, with a command that frees it', async () => {
    const path = join(await temporaryFolder(), 'it\'s a "folder"');
    await mkdir(path);
    const child = await serve(path);
    // The kernel remembers the folder's attributes for a second more.
    await output('stat', [path]);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    const { code, stderr } = await mountAgain(path);
    expect(code).toBe(1);
    const [, command] = /died: free it with `(.*)`$/m.exec(stderr) ?? [];
    expect(command, stderr).toMatch(/^umount -l /);
    await scriptOutput(command!);
    await rmdir(path);
  });

  test('something read-only that is mounted there, also as root', async () => {
    const path = await temporaryFolder();
    await output('mount', ['-t', 'tmpfs', '-o', 'ro', 'taken', path]);
    try {
      const { code, stderr } = await mountAgain(path);
      expect(code).toBe(1);
      expect(stderr).toMatch(/something read-only, perhaps a mount, is there already: unmount it first\n$/);
      expect(stderr).toContain(`"${path}"`);
    } finally {
      await output('umount', [path]);
    }
    expect(isMounted(path)).toBe(false);
  });

  test('to go on below another mount, and leaves no lock', async () => {
    const path = await temporaryFolder();
    const child = await serve(path, []);
    await output('mount', ['-t', 'tmpfs', 'over', path]);
    try {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await exited).toEqual([1, null]);
      expect(locksIn(repository)).toEqual([]);
    } finally {
      await output('umount', [path]);
      await output('umount', ['-l', path]);
    }
  });

  /** Resolves once it serves. */
  async function serve(path: string, args = ['--no-lock']): Promise<ChildProcess> {
    const child = spawn(process.execPath, mountLine(path, args), {
      env: { ...process.env, ...ENVIRONMENT },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    for await (const line of createInterface({ input: child.stdout })) if (line.includes('"ready"')) break;
    return child;
  }

  function mountAgain(path: string) {
    return run('timeout', ['30', process.execPath, ...mountLine(path).filter((arg) => arg !== '--json')], {
      env: ENVIRONMENT,
    });
  }

  function mountLine(path: string, args = ['--no-lock']): string[] {
    return [snapmountProgram, '-r', repository, '--json', ...args, 'mount', path];
  }
});
