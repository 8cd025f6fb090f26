/** What scripts/bench/winfsp.mjs measures: requests of programs to a mount of the benchmark's repository, under Wine. */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, inject, test } from 'vitest';
import type { VolumeClient } from '../../../src/mount/winfsp/testing/volume-client.ts';
import { projectFolder } from '../../../test-integration/support/fixtures.ts';
import {
  installSnapmount,
  type MountOnWindows,
  mountOnWindows,
} from '../../../test-integration/support/windows/snapmount.ts';
import {
  endWine,
  installPackages,
  installStandIn,
  startWindowsNode,
  windowsPath,
} from '../../../test-integration/support/windows/wine.ts';

// They are scripts without types.
const { usageOfTree } = await import(new URL('../process-tree.mjs', import.meta.url).href);
const { compressText } = await import(new URL('../zstd-text.mjs', import.meta.url).href);

declare module 'vitest' {
  interface ProvidedContext {
    readonly bench: {
      /** For what is made here; removed by whoever asked. */
      readonly folder: string;
      readonly resultFile: string;
      readonly repository: string;
      readonly password: string;
      /** Of the file that is read. */
      readonly bytes: number;
    };
  }
}

const CLIENTS = [1, 8];
const KIBIBYTE = 1024;
/** Requests of each kind that move no content, by all programs together. */
const REQUESTS = 4000;
const FILES = 500;
/** What has run so often is compiled. */
const WARM_UP = 2000;

const bench = inject('bench');

afterAll(endWine);

test('the WinFsp driver under Wine', async () => {
  await installStandIn();
  const installed = installSnapmount();
  const env = { RESTIC_PASSWORD: bench.password };
  const mount = await mountOnWindows(windowsPath(bench.repository), 'X:', { args: ['--no-lock'], env });
  const rows = await measureRequests(mount, installed);
  await mount.breakDown();
  const wine = execFileSync('wine', ['--version'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  const result = { wine, rows, ...(await measureDecoding()) };
  writeFileSync(bench.resultFile, JSON.stringify(result));
});

interface Row {
  readonly name: string;
  readonly clients: number;
  readonly requests: number;
  /** From one answer to the next. */
  readonly microseconds: number;
  /** Processor time of the driver's thread, which is Node's own; then of all threads: the stand-in and Wine too. */
  readonly driverMicroseconds: number;
  readonly processMicroseconds: number;
  readonly megabytesPerSecond?: number;
}

async function measureRequests(mount: MountOnWindows, installed: string): Promise<Row[]> {
  const programs: VolumeClient[] = [];
  while (programs.length < Math.max(...CLIENTS)) programs.push(await mount.client());
  const first = programs[0]!;
  const files = await someFiles(first, await snapshotFolder(first, 'sources'));
  const noise = `${await snapshotFolder(first, 'noise')}\\file`;
  for (let round = 0; round < WARM_UP; round++) await first.volume();
  const rows: Row[] = [];
  let unread = 0;
  const among = async (clients: number, name: string, work: Work, bytes = 0) => {
    const row = await measure(installed, programs.slice(0, clients), work, bytes);
    rows.push({ name, clients, ...row });
  };
  for (const clients of CLIENTS) {
    await among(clients, 'volume information', (client) => askVolume(client, REQUESTS / clients));
    await among(clients, 'file information', (client) => askFile(client, noise, REQUESTS / clients));
    await among(clients, 'open, close', (client, number) => openAll(client, files, number));
    for (const piece of [64 * KIBIBYTE, 1024 * KIBIBYTE]) {
      const share = Math.max(1, Math.floor(bench.bytes / 8 / clients / piece)) * piece;
      const start = unread;
      // Nobody reads what our cache may still have.
      unread += share * clients;
      const read: Work = (client, number) => readOn(client, noise, start + number * share, share, piece);
      await among(clients, `read ${piece / KIBIBYTE} KiB`, read, share * clients);
    }
  }
  return rows;
}

/** Resolves with the number of requests. */
type Work = (client: VolumeClient, number: number) => Promise<number>;

async function measure(
  installed: string,
  clients: readonly VolumeClient[],
  work: Work,
  bytes: number,
): Promise<Omit<Row, 'name' | 'clients'>> {
  const before = processorSeconds(installed);
  const start = performance.now();
  const counts = await Promise.all(clients.map(work));
  const seconds = (performance.now() - start) / 1000;
  const after = processorSeconds(installed);
  const requests = counts.reduce((sum, count) => sum + count, 0);
  const each = (amount: number) => Math.round((amount / requests) * 1e6);
  return {
    requests,
    microseconds: each(seconds),
    driverMicroseconds: each(after.driver - before.driver),
    processMicroseconds: each(after.process - before.process),
    ...(bytes > 0 ? { megabytesPerSecond: Math.round(bytes / seconds / 1e6) } : {}),
  };
}

/** Of the program and what it has started, which Wine makes nobody's children: of their first threads, and of all. */
function processorSeconds(installed: string): { driver: number; process: number } {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && runsFrom(installed, name));
  const sum = (secondsOf: (pid: string) => number) => pids.map(secondsOf).reduce((a, b) => a + b, 0);
  return { driver: sum(firstThreadSeconds), process: sum((pid) => usageOfTree(Number(pid)).cpuSeconds) };
}

function runsFrom(installed: string, pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(windowsPath(installed));
  } catch {
    return false;
  }
}

/** The first number of the file, nanoseconds (sched-stats.rst). */
function firstThreadSeconds(pid: string): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'latin1').split(' ')[0]) / 1e9;
}

async function askVolume(client: VolumeClient, requests: number): Promise<number> {
  for (let count = 0; count < requests; count++) await client.volume();
  return requests;
}

async function askFile(client: VolumeClient, path: string, requests: number): Promise<number> {
  const { handle } = await client.open(path);
  for (let count = 0; count < requests; count++) await client.information(handle);
  await client.close(handle);
  return requests;
}

/** Each program begins with another file. Opening and closing count as one request. */
async function openAll(client: VolumeClient, files: readonly string[], number: number): Promise<number> {
  for (let count = 0; count < files.length; count++) {
    const { handle } = await client.open(files[(count + number * 50) % files.length]!);
    await client.close(handle);
  }
  return files.length;
}

async function readOn(
  client: VolumeClient,
  path: string,
  start: number,
  length: number,
  piece: number,
): Promise<number> {
  const { handle } = await client.open(path);
  for (let at = start; at < start + length; at += piece) {
    const bytes = await client.read(handle, at, piece);
    if (bytes.length !== piece) throw new Error(`Read ${bytes.length} bytes at ${at} instead of ${piece}`);
  }
  await client.close(handle);
  return length / piece;
}

/** Without the link `latest`: each use of it would be two requests more. */
async function snapshotFolder(client: VolumeClient, host: string): Promise<string> {
  const entries = await client.list(`\\hosts\\${host}`);
  const snapshot = entries.find(({ name }) => !['.', '..', 'latest'].includes(name));
  return `\\hosts\\${host}\\${snapshot!.name}\\${host}`;
}

async function someFiles(client: VolumeClient, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name, info } of await client.list(folder)) {
    if (found.length >= FILES) break;
    if (name === '.' || name === '..') continue;
    const path = `${folder}\\${name}`;
    found.push(...(info.attributes & 0x10 ? await someFiles(client, path) : [path]));
  }
  return found.slice(0, FILES);
}

/** What decode.mjs says in Node for Windows. */
async function measureDecoding(): Promise<{ node: string; decoding: unknown[] }> {
  const folder = join(bench.folder, 'decode');
  mkdirSync(folder);
  for (const part of ['dist', 'scripts/bench', 'package.json'])
    cpSync(join(projectFolder, part), join(folder, part), { recursive: true });
  installPackages(join(folder, 'node_modules'));
  const frame = join(folder, 'frame');
  writeFileSync(frame, compressText(KIBIBYTE ** 2).frame);
  const script = windowsPath(join(folder, 'scripts', 'bench', 'decode.mjs'));
  const args = [script, '--mib', '16', '--frame', windowsPath(frame), '--json'];
  const { ended, stdout, stderr } = startWindowsNode(folder, args);
  if ((await ended) !== 0) throw new Error(`decode.mjs failed: ${stderr()}`);
  const { node, rows } = JSON.parse(stdout());
  return { node, decoding: rows };
}
