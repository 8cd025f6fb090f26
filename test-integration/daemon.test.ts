/** `mount --daemon`: it is back once the mount serves, or has failed, and what it leaves behind belongs to nobody. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { startLockHolder } from './support/lock-holder.ts';
import { isMounted, locksIn, snapmountProgram } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { PASSWORD, systemRestic } from './support/restic.ts';
import { output, type RunOptions, run, scriptOutput } from './support/run.ts';
import { ENVIRONMENT, snapmount } from './support/snapmount.ts';
import { runAtTerminal } from './support/terminal.ts';

interface Waiting {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null; said: string }>;
  /** The daemon goes on. */
  readonly go: () => Promise<void>;
}

describe('mount --daemon', needs('root', 'restic', '/dev/fuse', 'python3', 'umount', 'ps'), () => {
  let repository: string;
  let mountpoint: string;
  beforeEach(async () => {
    repository = await smallRepository(systemRestic());
    mountpoint = await temporaryFolder();
  });
  afterEach(async () => {
    // It may be going by itself.
    await run('umount', ['-l', mountpoint]);
    await expectNobody();
  });

  function launch(args: readonly string[] = [], options: RunOptions = {}) {
    return snapmount(['-r', repository, 'mount', '--daemon', ...args, mountpoint], options);
  }

  /** The processes of our program that were started for this mountpoint. */
  function processes(): number[] {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => {
        try {
          const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
          return line.includes(snapmountProgram) && line.includes(mountpoint);
        } catch {
          return false;
        }
      });
  }

  async function expectNobody() {
    await expect.poll(processes, { timeout: 20_000 }).toEqual([]);
    expect(isMounted(mountpoint), 'still mounted').toBe(false);
    expect(locksIn(repository), 'locks').toEqual([]);
  }

  test('returns when it serves, and the daemon ends with an unmount', async () => {
    const { code, stdout, stderr } = await launch();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      `Now serving the repository at ${mountpoint}`,
      'Browse it with any other program',
      'Unmount it to end: `snapmount umount` waits until all is done',
      '',
    ]);
    expect(await readFile(join(mountpoint, 'snapshots/latest/notes'), 'utf8')).toBe('first\n');
    expect(locksIn(repository)).toHaveLength(1);
    await output('umount', [mountpoint]);
    await expectNobody();
  });

  test.each(['--password-file', '--repository-file'])(
    'refuses %s from a shell by its cause',
    async (flag) => {
      const text = '"$1" "$2" -r "$3" mount --daemon "$4" <(echo text) "$5"';
      const args = [process.execPath, snapmountProgram, repository, flag, mountpoint];
      const line = flag === '--repository-file' ? text.replace(' -r "$3"', '') : text;
      const { code, stderr } = await run('bash', ['-c', line, 'bash', ...args], {
        env: flag === '--password-file' ? { ...ENVIRONMENT, RESTIC_PASSWORD: undefined } : ENVIRONMENT,
      });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(/^snapmount: Option --daemon cannot read "\/dev\/fd\/\d+", .*\n$/),
      });
    },
  );

  test('leaves a process that holds nothing of the caller, and has no terminal', async () => {
    // The shell waits for the end of its output, and gives it a descriptor of its own besides.
    const line = [process.execPath, snapmountProgram, '-r', repository, 'mount', '--daemon', mountpoint];
    const capture = 'exec 77>"$1/held"; shift; text=$("$@" 2>&1); echo "[$text]"';
    const folder = await temporaryFolder();
    expect(await scriptOutput(capture, [folder, ...line], { env: ENVIRONMENT, cwd: folder })).toContain(
      '[Now',
    );
    const [pid = 0] = processes();
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
    const held = readdirSync(`/proc/${pid}/fd`).map((name) => linkOrNothing(`/proc/${pid}/fd/${name}`));
    expect(held.filter((target) => target.startsWith(folder))).toEqual([]);
    expect((await output('ps', ['-o', 'sid=,tty=', '-p', String(pid)])).trim()).toMatch(
      new RegExp(`^${pid} +\\?$`),
    );
    process.kill(pid, 'SIGHUP');
    expect(readdirSync(join(mountpoint, 'snapshots/latest'))).toEqual(['folder', 'notes']);
    process.kill(pid, 'SIGTERM');
  });

  test.each([
    ['a wrong password', [], { RESTIC_PASSWORD: 'wrong' }, 12],
    ['an unknown snapshot', ['--snapshot', 'beefbeef'], {}, 1],
    ['a log file that cannot be', ['--log-file', '/no/such/log'], {}, 1],
    ['--exec', ['--exec', 'ls'], {}, 1],
  ])('fails by %s with its line and code', async (_, args, env, code) => {
    const outcome = await launch(args, { env });
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(/^snapmount: .*\n$/);
    await expectNobody();
  });

  test('--json prints what makes it ready, or fail', async () => {
    const served = await launch(['--json']);
    expect(JSON.parse(served.stdout)).toEqual({ message_type: 'ready', mountpoint });
    const failed = await launch(['--json', '--snapshot', 'beefbeef']);
    expect(JSON.parse(failed.stderr)).toMatchObject({ message_type: 'exit_error', code: 1 });
  });

  test('--log-file has what the daemon says from its start to its end', async () => {
    const log = join(await temporaryFolder(), 'log');
    await launch(['--log-file', log]);
    expect(await readFile(log, 'utf8')).toMatch(/^\d{4}-\S+Z \[\d+\] note: Now serving the repository at /m);
    const user = await open(join(mountpoint, 'snapshots/latest/notes'));
    process.kill(processes()[0]!, 'SIGTERM');
    await expect.poll(() => readFile(log, 'utf8'), { timeout: 10_000 }).toMatch(/warning: .* is in use/);
    await user.close();
  });

  test('takes a password from standard input, and from a person who may try again', async () => {
    const env = { RESTIC_PASSWORD: undefined };
    expect(await launch([], { env, input: `${PASSWORD}\n` })).toMatchObject({ code: 0, stderr: '' });
    await output('umount', [mountpoint]);
    await expectNobody();
    const line = [process.execPath, snapmountProgram, '-r', repository, 'mount', '--daemon', mountpoint];
    const answers = ['wrong\r', `${PASSWORD}\r`].map((types) => ({ once: 'enter password', types }));
    const typed = await runAtTerminal(line, answers, { env: { ...ENVIRONMENT, ...env } });
    expect(typed.stdout).toMatch(/enter password.*\n.*Wrong password.*\n.*enter password.*\n.*Now serving/s);
    expect(typed.code).toBe(0);
    expect(isMounted(mountpoint)).toBe(true);
  });

  /** One whose daemon waits until nobody else holds the repository. */
  async function waiting(): Promise<Waiting> {
    const line = ['--no-cache', '-r', repository, 'prune'];
    const prune = await startLockHolder(repository, systemRestic().program, line);
    prune.child.kill('SIGSTOP');
    const args = ['-r', repository, 'mount', '--daemon', '--retry-lock', '1m', mountpoint];
    const child = spawn(process.execPath, [snapmountProgram, ...args], {
      env: { ...process.env, ...ENVIRONMENT },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let noted = '';
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      noted += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, said }));
    await expect.poll(() => noted, { timeout: 20_000 }).toContain('trying again');
    return {
      child,
      ended,
      go: async () => {
        await prune.kill();
        await rm(join(repository, 'locks', prune.lock));
      },
    };
  }

  test('is no daemon once nobody waits for it', async () => {
    const told = JSON.stringify({ stays: false, hasPassword: false, terminals: {} });
    expect(await launch([], { env: { SNAPMOUNT_SERVER: told } })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'snapmount: The process that started this one has gone\n',
    });
  });

  test('ends with 130, and so does the daemon, when it is interrupted before that serves', async () => {
    const { child, ended, go } = await waiting();
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 130, signal: null, said: 'snapmount: Interrupted by SIGINT\n' });
    await go();
    await expectNobody();
  });

  test('takes the daemon with it when it is killed before that serves', async () => {
    const { child, ended, go } = await waiting();
    child.kill('SIGKILL');
    await ended;
    await expect.poll(processes, { timeout: 20_000 }).toEqual([]);
    await go();
    await expectNobody();
  });

  test('leaves the command that prints the password at the terminal, where it may ask', async () => {
    const args = ['--password-command', "sh -c 'read -p name? name < /dev/tty; echo $name'"];
    const line = [process.execPath, snapmountProgram, '-r', repository, ...args];
    const answers = [{ once: 'name?', types: `${PASSWORD}\r` }];
    const env = { ...ENVIRONMENT, RESTIC_PASSWORD: undefined };
    const typed = await runAtTerminal([...line, 'mount', '--daemon', mountpoint], answers, { env });
    expect(typed).toMatchObject({ code: 0, stdout: expect.stringContaining('Now serving') });
  });

  test('waits for a daemon that takes its time', async () => {
    const { ended, go } = await waiting();
    await go();
    expect(await ended).toEqual({ code: 0, signal: null, said: '' });
    expect(isMounted(mountpoint)).toBe(true);
  });

  test('says so when the daemon dies without a word', async () => {
    const { child, ended, go } = await waiting();
    for (const pid of processes()) if (pid !== child.pid) process.kill(pid, 'SIGKILL');
    const said = 'snapmount: The process that serves the mount ended by SIGKILL before it was done\n';
    expect(await ended).toEqual({ code: 1, signal: null, said });
    await go();
  });
});

function linkOrNothing(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
