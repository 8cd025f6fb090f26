/**
 * Runs the real program in Node for Windows under Wine, laid out as an installed package. What it mounts is served
 * through the stand-in for WinFsp's DLL, to whose port the clients connect.
 *
 *     beforeAll(async () => {
 *       await installStandIn();
 *       installSnapmount();
 *     });
 *     afterAll(endWine); // and with it whatever still runs
 *
 *     const { code, stdout, stderr } = await snapmountOnWindows(['snapshots', '-r', windowsPath(repository)]);
 *     const mount = await mountOnWindows(windowsPath(repository), 'X:', { args: ['--no-lock'] });
 *     await (await mount.client()).readFile('\\snapshots\\latest\\notes');
 *
 * It runs what `npm run build` has made.
 */

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { VolumeClient } from '../../../src/mount/winfsp/testing/volume-client.ts';
import { projectFolder } from '../fixtures.ts';
import type { Outcome } from '../run.ts';
import { ENVIRONMENT } from '../snapmount.ts';
import { runAtTerminal, type Step } from '../terminal.ts';
import { SocketDevice } from './socket-device.ts';
import {
  installPackages,
  startWindowsNode,
  type WindowsOptions,
  type WindowsProcess,
  windowsNodeCommand,
  windowsPath,
} from './wine.ts';
import type { Report } from './wine-mount.ts';

let installed = '';
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** For `beforeAll`. Returns its folder, which goes with the test file. */
export function installSnapmount(): string {
  installed = newFolder();
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(join(projectFolder, part), join(installed, part), { recursive: true });
  }
  installPackages(join(installed, 'node_modules'));
  return installed;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'snapmount-windows-'));
  folders.push(folder);
  return folder;
}

/** A started program, with a folder of its own for what it and the stand-in write. */
export interface StartedSnapmount extends WindowsProcess {
  /** One more program that uses what it mounts, once it serves. */
  device(): Promise<SocketDevice>;
  /** What the stand-in counted, once the mount has ended. */
  report(): Report;
}

/** Starts the program, with the password of the tests' repositories, and leaves it to the test what becomes of it. */
export function startSnapmount(args: readonly string[], { env, cwd }: WindowsOptions = {}): StartedSnapmount {
  const folder = newFolder();
  const port = join(folder, 'port');
  const report = join(folder, 'report');
  const started = startWindowsNode(folder, programLine(args), {
    cwd: cwd ?? folder,
    env: { ...programEnvironment(folder), ...env },
  });
  return {
    ...started,
    device: () => SocketDevice.connect(Number(readFileSync(port, 'utf8'))),
    report: () => JSON.parse(readFileSync(report, 'utf8')),
  };
}

/** Runs the program at a console of Windows, as a person does. What it prints has the codes of a terminal in it. */
export function snapmountAtConsole(
  args: readonly string[],
  steps: readonly Step[],
  env: WindowsOptions['env'] = {},
): Promise<Outcome> {
  const folder = newFolder();
  const line = windowsNodeCommand(programLine(args), { ...programEnvironment(folder), ...env });
  return runAtTerminal(line.command, steps, { env: line.env, cwd: folder });
}

function programLine(args: readonly string[]): string[] {
  return [windowsPath(join(installed, 'bin', 'snapmount.cjs')), ...args];
}

function programEnvironment(folder: string): Record<string, string | undefined> {
  return {
    ...ENVIRONMENT,
    TZ: 'UTC',
    STAND_IN_PORT: windowsPath(join(folder, 'port')),
    STAND_IN_REPORT: windowsPath(join(folder, 'report')),
  };
}

/** Runs the program to its end. */
export async function snapmountOnWindows(
  args: readonly string[],
  options?: WindowsOptions,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const started = startSnapmount(args, options);
  const code = await started.ended;
  return { code, stdout: started.stdout(), stderr: started.stderr() };
}

interface MountEvent {
  readonly message_type: string;
  readonly mountpoint?: string;
  readonly reason?: string;
}

export interface MountOnWindows extends StartedSnapmount {
  /** Where it says that it is mounted. */
  readonly mountpoint: string;
  /** The events that it has told so far. */
  events(): readonly MountEvent[];
  /** One more program that uses it, until it ends. */
  client(): Promise<VolumeClient>;
  /** Takes WinFsp's driver away, and waits for what becomes of the program. */
  breakDown(): Promise<number | null>;
}

/** Resolves once the mount serves. */
export async function mountOnWindows(
  location: string,
  mountpoint: string,
  { args = [], ...options }: WindowsOptions & { readonly args?: readonly string[] } = {},
): Promise<MountOnWindows> {
  const started = startSnapmount(['mount', '--json', '-r', location, ...args, mountpoint], options);
  const events = () => readEvents(started.stdout());
  const ready = await started.until((text) =>
    readEvents(text).find(({ message_type }) => message_type === 'ready'),
  );
  return {
    ...started,
    mountpoint: ready.mountpoint ?? '',
    events,
    client: async () => new VolumeClient(await started.device()),
    breakDown: async () => {
      const device = await started.device();
      device.breakDown();
      const code = await started.ended;
      device.close();
      return code;
    },
  };
}

/** The last line may not be whole yet. */
function readEvents(text: string): MountEvent[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

/** The numbers, on this machine, of the processes of Windows that run the installed program. */
export function processesOnWindows(): number[] {
  const program = windowsPath(installed);
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(program);
      } catch {
        return false;
      }
    });
}
