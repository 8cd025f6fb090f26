/**
 * The MountDriver for Linux: mounts a view by the FUSE kernel protocol over /dev/fuse, as root with mount(2) and
 * as an ordinary user with fusermount3. No libfuse, no native addon besides koffi for a few C functions.
 */

import { closeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { processIdentity } from '../../process-identity.ts';
import type { Reporter } from '../../report.ts';
import type { MountDriver, Mounted, MountOptions } from '../driver.ts';
import { type Libc, loadLibc } from '../linux-mounts/libc.ts';
import { resolveMountpoint } from '../linux-mounts/mountpoint.ts';
import { startWatcher, type Watcher } from '../linux-mounts/watcher.ts';
import type { View } from '../node.ts';
import { Device } from './device.ts';
import { shakeHands } from './handshake.ts';
import { MAX_READ } from './init.ts';
import { makeMount } from './mounting/make-mount.ts';
import { ServedMount } from './served-mount.ts';

export interface LinuxDriverOptions {
  readonly reporter: Reporter;
  /** Calls back once after some milliseconds; returns what prevents it. Default: setTimeout. */
  readonly schedule?: (callback: () => void, milliseconds: number) => () => void;
}

export function createLinuxDriver(options: LinuxDriverOptions): MountDriver {
  return { mount: (view, how, signal) => mountView(view, how, signal, options) };
}

async function mountView(
  view: View,
  how: MountOptions,
  signal: AbortSignal,
  { reporter, schedule = scheduleTimeout }: LinuxDriverOptions,
): Promise<Mounted> {
  signal.throwIfAborted();
  const libc = await loadLibc();
  const options = { ...how, mountpoint: await resolveMountpoint(how.mountpoint) };
  signal.throwIfAborted();
  const watcher = await startWatcher(options.mountpoint, reporter, schedule);
  try {
    return await mountWatched(view, options, signal, { libc, watcher, reporter, schedule });
  } catch (problem) {
    await watcher.stop();
    throw problem;
  }
}

interface Means extends Required<LinuxDriverOptions> {
  readonly libc: Libc;
  readonly watcher: Watcher;
}

async function mountWatched(
  view: View,
  options: MountOptions,
  signal: AbortSignal,
  { libc, ...means }: Means,
): Promise<Mounted> {
  const { watcher, reporter } = means;
  const { mount, descriptor } = await makeMount(libc, options, watcher);
  let device: Device | undefined;
  try {
    device = new Device(libc, descriptor);
    await agree(device, signal);
    await raiseReadAhead(mount.device, reporter);
    const server = { pid: process.pid, identity: await processIdentity(process.pid) };
    signal.throwIfAborted();
    const { longestCaching } = options;
    return new ServedMount({ view, mount, device, process: server, longestCaching, ...means });
  } catch (problem) {
    if (device === undefined) closeSync(descriptor);
    else device.close();
    await mount.clearAway(reporter);
    throw problem;
  }
}

async function agree(device: Device, signal: AbortSignal): Promise<void> {
  const end = (): void => device.end();
  signal.addEventListener('abort', end);
  try {
    signal.throwIfAborted();
    await shakeHands(device);
  } catch (problem) {
    // The connection that ended was ended by the signal.
    signal.throwIfAborted();
    throw problem;
  } finally {
    signal.removeEventListener('abort', end);
  }
  signal.throwIfAborted();
}

/**
 * The kernel asks for the next so many bytes when a reader comes to the ones before: with one READ of each a reader waits
 * for us now and then. No more, since it also reads as much around each page that a program touches of a mapped file.
 */
const READ_AHEAD = 2 * MAX_READ;

/**
 * The kernel reads ahead 128 KiB at a time whatever INIT says. Only root may raise it; others are served as well,
 * only slower.
 */
async function raiseReadAhead(connection: string, reporter: Reporter): Promise<void> {
  try {
    await writeFile(`/sys/class/bdi/${connection}/read_ahead_kb`, String(READ_AHEAD / 1024));
  } catch (problem) {
    reporter.detail(`The kernel's read-ahead stays as it is: ${(problem as Error).message}`);
  }
}

function scheduleTimeout(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}
