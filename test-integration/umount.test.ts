/** `snapmount umount` returns when the mount, its process and its lock have gone, or says what is in the way. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmdirSync } from 'node:fs';
import { mkdir, open, rename, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { isMounted, locksIn, mount, snapmountProgram } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { CLEAN_ENVIRONMENT, PASSWORD, systemRestic } from './support/restic.ts';
import { type Outcome, output, run, scriptOutput } from './support/run.ts';
import { killWatchers } from './support/watchers.ts';

const SOON = { timeout: 10_000, interval: 5 };

describe('umount', needs('root', 'restic', '/dev/fuse', 'umount', 'unshare'), () => {
  let repository: string;
  beforeAll(async () => {
    repository = await smallRepository(systemRestic());
  });

  test('returns when the lock has gone, not before, and needs no repository', async () => {
    const mounted = await mount(repository);
    const away = await takeAway(repository);
    const umounting = start([mounted.path]);
    await expect.poll(() => isMounted(mounted.path), SOON).toBe(false);
    await expect
      .poll(umounting.stdout, SOON)
      .toBe(`Waiting for process ${mounted.pid}, which removes its lock\n`);
    expect(umounting.child.exitCode).toBeNull();
    expect(locksIn(away.place)).toHaveLength(1);
    await away.bringBack();
    await umounting.exited;
    expect(locksIn(repository)).toEqual([]);
    expect(umounting.child.exitCode).toBe(0);
    await mounted.unmount();
  });

  test('ends with 130 by Ctrl-C while it waits, and the mount ends all the same', async () => {
    const mounted = await mount(repository);
    const away = await takeAway(repository);
    const umounting = start([mounted.path]);
    await expect.poll(() => isMounted(mounted.path), SOON).toBe(false);
    umounting.child.kill('SIGINT');
    await umounting.exited;
    expect(umounting.child.exitCode).toBe(130);
    await away.bringBack();
    await mounted.exited;
    await mounted.unmount();
  });

  test('ends with 130 by Ctrl-C while the server does not answer, and leaves the mount', async () => {
    const mounted = await mount(repository);
    process.kill(mounted.pid, 'SIGSTOP');
    const umounting = start([mounted.path]);
    await expect.poll(() => childrenOf(umounting.child.pid!), SOON).toHaveLength(1);
    umounting.child.kill('SIGINT');
    await umounting.exited;
    process.kill(mounted.pid, 'SIGCONT');
    expect(umounting.child.exitCode).toBe(130);
    expect(isMounted(mounted.path)).toBe(true);
    await mounted.unmount();
  });

  test('prints one object with --json, and nothing else', async () => {
    const mounted = await mount(repository);
    const outcome = await umount(['--json', mounted.path]);
    expect(outcome).toEqual({
      code: 0,
      stdout: `{"message_type":"unmounted","mountpoint":"${mounted.path}"}\n`,
      stderr: '',
    });
    await mounted.unmount();
  });

  test.each<[what: string, spell: (path: string) => Promise<{ args: string[]; cwd?: string }>]>([
    ['a relative path', async (path) => ({ args: [basename(path)], cwd: dirname(path) })],
    ['a slash at its end', async (path) => ({ args: [`${path}/`] })],
    [
      'a link',
      async (path) => {
        const link = join(await temporaryFolder(), 'link');
        await symlink(path, link);
        return { args: [link] };
      },
    ],
  ])('finds the mount by %s', async (_, spell) => {
    const mounted = await mount(repository);
    const { args, cwd } = await spell(mounted.path);
    expect(await umount(args, cwd)).toEqual({ code: 0, stdout: '', stderr: '' });
    await mounted.unmount();
  });

  test('refuses a mount in use and names who uses it; with --lazy it goes, and the last user is waited for', async () => {
    const mounted = await mount(repository);
    const user = await open(join(mounted.path, 'snapshots/latest/notes'));
    const { code, stderr } = await umount([mounted.path]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `^snapmount: The mount at "${mounted.path}" is in use by .* \\(PID ${process.pid}\\): .*--lazy\n$`,
      ),
    );
    expect(isMounted(mounted.path)).toBe(true);
    const umounting = start(['--lazy', mounted.path]);
    await expect.poll(() => isMounted(mounted.path), SOON).toBe(false);
    await expect.poll(umounting.stdout, SOON).toContain('which serves those who still use the mount');
    expect(await user.readFile('utf8')).toBe('first\n');
    expect(locksIn(repository)).toHaveLength(1);
    await user.close();
    await umounting.exited;
    expect(locksIn(repository)).toEqual([]);
    expect(umounting.child.exitCode).toBe(0);
    await mounted.unmount();
  });

  test.each([[[]], [['--lazy']]])(
    '%j refuses a mount below which others have mounted, and names that',
    async (flags) => {
      const mounted = await mount(repository);
      const below = join(mounted.path, 'ids');
      await output('mount', ['-t', 'tmpfs', 'theirs', below]);
      expect(await umount([...flags, mounted.path])).toEqual({
        code: 1,
        stdout: '',
        stderr: `snapmount: Other mounts stand below the one at "${mounted.path}": unmount "${below}" first\n`,
      });
      expect(isMounted(below)).toBe(true);
      await output('umount', [below]);
      await mounted.unmount();
    },
  );

  test.each(['-l', '-z'])('knows --lazy as %s, as others call it', async (flag) => {
    const mounted = await mount(repository);
    const user = await open(join(mounted.path, 'snapshots/latest/notes'));
    const umounting = start([flag, mounted.path]);
    await expect.poll(() => isMounted(mounted.path), SOON).toBe(false);
    await user.close();
    await umounting.exited;
    expect(umounting.child.exitCode).toBe(0);
    await mounted.unmount();
  });

  test('takes away a dead mount, with a note', async () => {
    const mounted = await mount(repository, { args: ['--no-lock'] });
    await killWatchers(mounted.path);
    await mounted.kill();
    expect(await umount([mounted.path])).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^Removed the dead mount "snapmount:[0-9a-f]{10}" \(fuse\.snapmount\) left at /,
      ),
      stderr: '',
    });
    expect(isMounted(mounted.path)).toBe(false);
    rmdirSync(mounted.path);
  });

  test('says which end it could not await: of a process that does not answer', async () => {
    const mounted = await mount(repository);
    process.kill(mounted.pid, 'SIGSTOP');
    const { code, stderr } = await umount([mounted.path]);
    process.kill(mounted.pid, 'SIGCONT');
    expect(code).toBe(0);
    expect(stderr).toBe(
      `Warning: Unmounted "${mounted.path}", but its process does not answer: its end was not awaited\n`,
    );
    await mounted.unmount();
  });

  test('says which end it could not await: of a process in another container', async () => {
    const mounted = await mount(repository, { prefix: ['unshare', '--pid', '--fork'] });
    const { code, stderr } = await umount([mounted.path]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/but process 1 is in another container: its end was not awaited\n$/);
    await mounted.exited;
    await mounted.unmount();
  });

  test('refuses what is none of its mounts', async () => {
    const folder = await temporaryFolder();
    const refusal = async (path: string) => {
      const { code, stderr } = await umount([path]);
      expect(code).toBe(1);
      return stderr;
    };
    expect(await refusal(folder)).toBe(`snapmount: Nothing is mounted at "${folder}"\n`);
    expect(await refusal(join(folder, 'no'))).toBe(`snapmount: Mountpoint "${folder}/no" does not exist\n`);
    await mkdir(join(folder, 'tmpfs'));
    await output('mount', ['-t', 'tmpfs', 'other', join(folder, 'tmpfs')]);
    try {
      expect(await refusal(join(folder, 'tmpfs'))).toMatch(/is not snapmount's, but of type tmpfs\n$/);
    } finally {
      await output('umount', [join(folder, 'tmpfs')]);
    }
  });

  test('lets restic prune follow at once', async () => {
    const mounted = await mount(repository);
    const { program } = systemRestic();
    await scriptOutput(
      `"$1" "$2" umount "$3" && RESTIC_PASSWORD="$6" "$4" --no-cache -r "$5" prune`,
      [process.execPath, snapmountProgram, mounted.path, program, repository, PASSWORD],
      { env: { RESTIC_PASSWORD: undefined } },
    );
    await mounted.unmount();
  });
});

function umount(args: readonly string[], cwd?: string): Promise<Outcome> {
  return run(process.execPath, [snapmountProgram, 'umount', ...args], {
    env: CLEAN_ENVIRONMENT,
    ...(cwd === undefined ? {} : { cwd }),
  });
}

/** Like a disk that is unplugged: until it is back, the lock cannot be removed, and that is tried again and again. */
async function takeAway(path: string) {
  const place = `${path}-away`;
  await rename(path, place);
  return { place, bringBack: () => rename(place, path) };
}

/** The processes that a process has started. */
function childrenOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((text) => text !== '');
}

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [snapmountProgram, 'umount', ...args], {
    env: { ...process.env, ...CLEAN_ENVIRONMENT },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return { child, exited: once(child, 'close'), stdout: () => said };
}
