/** Mounts views from memory with a driver for POSIX systems, in the test's own process or in a program for another user. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll } from 'vitest';
import type { Mounted, MountOptions } from '../../src/mount/driver.ts';
import { createFuseNativeDriver } from '../../src/mount/fuse-native/driver.ts';
import { createLinuxDriver } from '../../src/mount/linux/driver.ts';
import { type MemoryDirectory, memoryView } from '../../src/mount/testing/memory-view.ts';
import { projectFolder } from './fixtures.ts';
import { output } from './run.ts';

/** By their names in tests. */
export const CREATE_DRIVER = { fuse: createLinuxDriver, 'fuse-native': createFuseNativeDriver };

export interface MemoryMount extends Mounted {
  readonly path: string;
  /** What was warned of. */
  readonly warnings: string[];
}

const live: Mounted[] = [];
const folders: string[] = [];
afterAll(() => {
  // Not rm: should something still be mounted there, it must not be looked into.
  for (const folder of folders) rmdirSync(folder);
});

/** An empty folder that goes with the test file. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'snapmount-driver-'));
  folders.push(folder);
  return folder;
}

/** For `afterEach` or `afterAll`. Each mount occupies one of libuv's four threads, so few may live at once. */
export async function endMemoryMounts(): Promise<void> {
  for (const mounted of live.splice(0)) {
    mounted.abort();
    await mounted.closed;
  }
}

/** In this process: files in it must be touched by other processes or by calls that don't block this one. */
export async function mountMemory(
  root: MemoryDirectory,
  options: Partial<MountOptions> = {},
  driver: keyof typeof CREATE_DRIVER = 'fuse',
): Promise<MemoryMount> {
  const path = options.mountpoint ?? emptyFolder();
  const warnings: string[] = [];
  const silent = (): void => {};
  const reporter = {
    warn: (line: string) => void warnings.push(line),
    note: silent,
    detail: silent,
    progress: silent,
  };
  const mounted = await CREATE_DRIVER[driver]({ reporter }).mount(
    memoryView(root),
    { mountpoint: path, source: 'snapmount:test', allowOther: false, defaultPermissions: true, ...options },
    new AbortController().signal,
  );
  live.push(mounted);
  return {
    path,
    warnings,
    mountpoint: mounted.mountpoint,
    closed: mounted.closed,
    unmount: (how) => mounted.unmount(how),
    get accesses() {
      return mounted.accesses;
    },
    users: () => mounted.users(),
    mountsBelow: () => mounted.mountsBelow(),
    abort: () => mounted.abort(),
  };
}

export interface Served {
  readonly child: ChildProcess;
  /** The next thing that it says. */
  next(): Promise<{ readonly event: string; readonly text: string }>;
}

/** Runs `src/mount/testing/serve.ts` from an installed copy, behind a prefix such as `setpriv ...`. */
export function serve(
  installed: string,
  prefix: readonly string[],
  args: readonly string[],
  driver: keyof typeof CREATE_DRIVER = 'fuse',
): Served {
  const program = join(installed, 'build', 'mount', 'testing', 'serve.js');
  const [command = '', ...rest] = [...prefix, process.execPath, program, driver, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    next: async () => JSON.parse((await lines.next()).value ?? '{"event":"nothing","text":""}'),
  };
}

/** The text of the next event of this kind; what else is said before only describes. */
export async function until(next: Served['next'], event: string): Promise<string> {
  for (;;) {
    const said = await next();
    if (said.event === event) return said.text;
    if (!['detail', 'note'].includes(said.event))
      throw new Error(`Waited for ${event}, got ${JSON.stringify(said)}`);
  }
}

/** The driver and its testing programs, compiled, with the packages that it needs beside them, where every user may read them. */
export async function installDriver(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'snapmount-installed-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const compiler = join(projectFolder, 'node_modules', 'typescript', 'bin', 'tsc');
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  for (const name of ['koffi', '@koromix', 'lru-cache', 'fuse-native', 'node-gyp-build']) {
    const from = join(projectFolder, 'node_modules', name);
    cpSync(from, join(modules, name), { recursive: true });
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(projectFolder, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        typeRoots: [join(projectFolder, 'node_modules', '@types')],
        allowImportingTsExtensions: false,
        outDir: join(folder, 'build'),
        rootDir: join(projectFolder, 'src'),
      },
      include: [],
      files: [join(projectFolder, 'src', 'mount', 'testing', 'serve.ts')],
    }),
  );
  await output(process.execPath, [compiler, '-p', folder]);
  await output('chmod', ['-R', 'a+rX', folder]);
  return folder;
}

/** Whether anything is mounted at the path. */
export async function isMounted(path: string): Promise<boolean> {
  return (await readFile('/proc/self/mountinfo', 'utf8')).includes(` ${path} `);
}

export async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}
