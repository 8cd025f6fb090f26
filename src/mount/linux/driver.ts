/**
 * The MountDriver for Linux: mounts a view by the FUSE kernel protocol over /dev/fuse, as root with mount(2) and
 * as an ordinary user with fusermount3. No libfuse, no native addon besides koffi for a few C functions.
 */

import { closeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Reporter } from '../../report.ts';
import type { MountDriver, Mounted, MountOptions } from '../driver.ts';
import { MountError } from '../errors.ts';
import type { View } from '../node.ts';
import { Device } from './device.ts';
import { shakeHands } from './handshake.ts';
import { MAX_READ } from './init.ts';
import { type Libc, loadLibc } from './libc.ts';
import type { KernelMount } from './mounting/kernel-mount.ts';
import { mountWithHelper } from './mounting/mount-fusermount.ts';
import { mountAsRoot } from './mounting/mount-root.ts';
import { mountAt } from './mounting/mountinfo.ts';
import { resolveMountpoint } from './mounting/mountpoint.ts';
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
  const asRoot = process.geteuid?.() === 0;
  const mount = await (asRoot ? mountAsRoot(libc, options) : mountWithHelper(libc, options));
  const device = await connect(libc, mount);
  try {
    await agree(device, signal);
    const connection = await mountAt(mount.mountpoint);
    if (!connection) throw new MountError('failed', `The mount at "${mount.mountpoint}" is gone`);
    await raiseReadAhead(connection.device, reporter);
    signal.throwIfAborted();
    return new ServedMount({ view, mount, device, connection: connection.device, reporter, schedule });
  } catch (problem) {
    await undo(mount, device);
    throw problem;
  }
}

async function connect(libc: Libc, mount: KernelMount): Promise<Device> {
  try {
    return new Device(libc, mount.descriptor);
  } catch (problem) {
    closeSync(mount.descriptor);
    await mount.unmount({ detach: true });
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

/** Nothing was served yet, so what is at the mountpoint now is ours. */
async function undo(mount: KernelMount, device: Device): Promise<void> {
  device.close();
  await mount.unmount({ detach: true });
}

/**
 * The kernel reads ahead 128 KiB at a time whatever INIT says. Only root may raise it; others are served as well,
 * only slower.
 */
async function raiseReadAhead(connection: string, reporter: Reporter): Promise<void> {
  try {
    await writeFile(`/sys/class/bdi/${connection}/read_ahead_kb`, String(MAX_READ / 1024));
  } catch (problem) {
    reporter.detail(`The kernel's read-ahead stays as it is: ${(problem as Error).message}`);
  }
}

function scheduleTimeout(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}
