/** Mountpoints that are taken: by dead mounts, which are taken away, or by others, which are refused with a cure. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rmdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { isMounted, locksIn, mount, snapmountProgram } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { CLEAN_ENVIRONMENT, PASSWORD, systemRestic } from './support/restic.ts';
import { output, run, scriptOutput } from './support/run.ts';
import { killWatchers } from './support/watchers.ts';

/** A FUSE mount of type $1 at $2 for which nobody ever answers. It is dead once the shell has ended. */
const RAW_MOUNT =
  'exec 3<>/dev/fuse; mount -i -t "$1" -o fd=3,rootmode=40000,user_id=0,group_id=0 "source of $1" "$2"';

const ENVIRONMENT = { ...CLEAN_ENVIRONMENT, RESTIC_PASSWORD: PASSWORD };

describe('mount', needs('root', 'restic', '/dev/fuse', 'umount'), () => {
  let repository: string;
  beforeAll(async () => {
    repository = await smallRepository(systemRestic());
  });

  test('takes away what its own process left when it was killed, and serves', async () => {
    const path = await oddFolder();
    const child = await serve(path);
    // The kernel remembers the folder's attributes for a second more.
    await output('stat', [path]);
    await killWatchers(path);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await takeAway(path)).toEqual(
      expect.stringMatching(/"snapmount:[0-9a-f]{10}" \(fuse\.snapmount\)/),
    );
    await rmdir(path);
  });

  test('takes away dead mounts that lie above one another, whoever made them', async () => {
    const path = await oddFolder();
    for (const type of ['fuse.one', 'fuse', 'fuse.three'])
      await output('bash', ['-ec', RAW_MOUNT, 'bash', type, path]);
    expect(await takeAway(path)).toMatch(/fuse\.three\)[\s\S]*\(fuse\)[\s\S]*\(fuse\.one\)/);
    await rmdir(path);
  });

  test('finds a dead mount by a link, and says the name that was given', async () => {
    const path = await oddFolder();
    await output('bash', ['-ec', RAW_MOUNT, 'bash', 'fuse.dead', path]);
    const link = join(await temporaryFolder(), 'link');
    await symlink(path, link);
    expect(await takeAway(link)).toContain(`left at "${link}"`);
    await rmdir(path);
  });

  test('refuses a mountpoint that it serves already', async () => {
    const mounted = await mount(repository);
    const { code, stderr } = await mountAgain(mounted.path);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `snapmount: Mountpoint "${mounted.path}" holds a mount of snapmount already: unmount it first\n`,
    );
    await mounted.unmount();
  });

  test('refuses a mount whose program does not answer, with a command that frees it', async () => {
    const path = await oddFolder();
    const silent = spawn('bash', ['-ec', `${RAW_MOUNT}; echo mounted; read`, 'bash', 'fuse.other', path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(silent.stdout, 'data');
    const { code, stderr } = await mountAgain(path);
    expect(code).toBe(1);
    const [, command] =
      /holds a mount \(fuse.other\) that does not answer: free it with `(.*)`$/m.exec(stderr) ?? [];
    expect(command, stderr).toMatch(/^umount -l /);
    await scriptOutput(command!);
    await rmdir(path);
    silent.stdin.end();
    await once(silent, 'exit');
  });

  test('refuses something read-only that is mounted there, also as root', async () => {
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

  test('refuses to go on below another mount, and leaves no lock', async () => {
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

  test('lets at most one of two serve that begin together', async () => {
    const path = await temporaryFolder();
    const children = await Promise.all([serve(path, []), serve(path, [])]);
    const serving = children.filter(({ exitCode }) => exitCode === null);
    expect(serving.length).toBeLessThanOrEqual(1);
    for (const child of serving) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    const codes = children.map(({ exitCode }) => exitCode);
    expect(codes.toSorted()).toEqual(serving.length === 0 ? [1, 1] : [0, 1]);
    expect(isMounted(path)).toBe(false);
    expect(locksIn(repository)).toEqual([]);
  });

  async function oddFolder(): Promise<string> {
    const path = join(await temporaryFolder(), 'it\'s a "folder"');
    await mkdir(path);
    return path;
  }

  /** What a mount says that takes dead mounts away, serves and ends. */
  async function takeAway(path: string): Promise<string> {
    const line = mountLine(path).filter((arg) => arg !== '--json');
    const child = spawn(process.execPath, line, { env: { ...process.env, ...ENVIRONMENT }, stdio: 'pipe' });
    let said = '';
    for await (const text of createInterface({ input: child.stdout })) {
      said += `${text}\n`;
      if (text.startsWith('Now serving')) child.kill('SIGTERM');
    }
    expect(child.exitCode ?? (await once(child, 'exit'))[0], said).toBe(0);
    return said.slice(0, said.indexOf('Now serving'));
  }

  /** Resolves once it serves or has ended. */
  async function serve(path: string, args = ['--no-lock']): Promise<ChildProcess> {
    const child = spawn(process.execPath, mountLine(path, args), {
      env: { ...process.env, ...ENVIRONMENT },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exited = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout }))
      if (line.includes('"ready"')) return child;
    await exited;
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
