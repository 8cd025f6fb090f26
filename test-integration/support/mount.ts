/**
 * Mounts a repository with the real program, as a user would: `bin/snapmount.cjs` in a process of its own.
 * Ready is what its `--json` event says, never a matter of waiting a while.
 */

import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterAll, expect } from 'vitest';
import { projectFolder } from './fixtures.ts';
import { CLEAN_ENVIRONMENT, PASSWORD } from './restic.ts';
import { type Outcome, run } from './run.ts';

export const snapmountProgram = join(projectFolder, 'bin', 'snapmount.cjs');

const FAILURE_SECONDS = '30';

export interface MountRequest {
  /** Further arguments of `snapmount mount`. */
  readonly args?: readonly string[];
  /** What to put before the program: `setpriv ...` for another user, `unshare -m ...`. */
  readonly prefix?: readonly string[];
  readonly program?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** By default a new temporary folder. */
  readonly mountpoint?: string;
  /** Instead of `-r` and the repository. */
  readonly location?: readonly string[];
}

export interface Mount {
  readonly path: string;
  readonly pid: number;
  /** What it has said so far on standard error. */
  stderr(): string;
  /** The types of the events that it has told so far. */
  events(): readonly string[];
  /** Resolves when the program has ended, by whatever. */
  readonly exited: Promise<unknown>;
  /**
   * Unmounts by SIGTERM and checks that nothing is left: exit code 0, no mount, no locks but those that were there before.
   * Of several mounts of one repository the last made ends first. Idempotent.
   */
  unmount(): Promise<void>;
  /** Kills the process; then there is nothing more to end, and what it left is the test's to look at. */
  kill(): Promise<void>;
}

/** The program that serves: `setpriv` and `unshare` replace themselves, so its pid is the child's. */
type Child = ChildProcessByStdio<null, Readable, Readable>;

const mounts: Mount[] = [];
// Before the folders that they stand in go: hooks run last registered, first called.
afterAll(async () => {
  const failures: unknown[] = [];
  for (const mounted of mounts.toReversed()) {
    await mounted.unmount().catch((error: unknown) => failures.push(error));
  }
  expect(failures).toEqual([]);
});

/** Resolves once the mount serves. It ends with the test file, if the test does not end it before. */
export async function mount(repository: string, request: MountRequest = {}): Promise<Mount> {
  const path = request.mountpoint ?? mkdtempSync(join(tmpdir(), 'snapmount-mount-'));
  const locks = locksIn(repository);
  const child = startMount(repository, path, request);
  // With all that it said.
  const exited = once(child, 'close');
  const said = { stderr: '', events: [] as string[] };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  await ready(child, said);
  let ended: Promise<void> | undefined;
  const mounted: Mount = {
    path,
    pid: child.pid!,
    stderr: () => said.stderr,
    events: () => [...said.events],
    exited,
    unmount: () => {
      ended ??= end(child, exited, path, said).then(() =>
        expect(locks, 'locks').toEqual(expect.arrayContaining(locksIn(repository))),
      );
      return ended;
    },
    kill: async () => {
      ended ??= Promise.resolve();
      child.kill('SIGKILL');
      await exited;
    },
  };
  mounts.push(mounted);
  return mounted;
}

/** Starts the program, and leaves it to the test what becomes of it. */
export function startMount(repository: string, mountpoint: string, request: MountRequest = {}): Child {
  const [command = '', ...args] = commandLine(repository, mountpoint, request);
  const env = { ...environment(), ...request.env };
  return spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs `snapmount mount` where it is expected to fail, and checks that nothing is left behind. */
export async function mountFailure(
  repository: string,
  mountpoint: string,
  request: MountRequest = {},
): Promise<Outcome> {
  const line = commandLine(repository, mountpoint, request).filter((arg) => arg !== '--json');
  // Should it serve after all, it ends as by Ctrl-C, and the test fails by its exit code.
  const outcome = await run('timeout', [FAILURE_SECONDS, ...line], {
    env: { ...environment(), ...request.env },
  });
  expect(isMounted(mountpoint), 'still mounted').toBe(false);
  return outcome;
}

/** The names of the lock files in a local repository. */
export function locksIn(repository: string): string[] {
  try {
    return readdirSync(join(repository, 'locks'));
  } catch {
    return [];
  }
}

export function isMounted(path: string): boolean {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return lines.some((line) => line.split(' ')[4] === path);
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, ...CLEAN_ENVIRONMENT, RESTIC_PASSWORD: PASSWORD, TZ: 'UTC' };
}

function commandLine(repository: string, mountpoint: string, request: MountRequest): string[] {
  const program = [process.execPath, request.program ?? snapmountProgram];
  const location = request.location ?? ['-r', repository];
  const args = ['mount', '--json', ...location, ...(request.args ?? []), mountpoint];
  return [...(request.prefix ?? []), ...program, ...args];
}

function ready(child: Child, said: { stderr: string; events: string[] }): Promise<void> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      const { message_type: type } = JSON.parse(line) as { message_type: string };
      said.events.push(type);
      if (type === 'ready') resolve();
    });
    child.once('close', () => reject(new Error(`The mount ended before it served: ${said.stderr}`)));
  });
}

async function end(
  child: Child,
  exited: Promise<unknown>,
  path: string,
  said: { stderr: string },
): Promise<void> {
  child.kill('SIGTERM');
  await exited;
  try {
    expect({ code: child.exitCode, signal: child.signalCode }, said.stderr).toEqual({
      code: 0,
      signal: null,
    });
    expect(isMounted(path), 'still mounted').toBe(false);
  } finally {
    if (isMounted(path)) spawnSync('umount', ['-l', path]);
    if (readdirSync(path).length === 0) rmdirSync(path);
  }
}
