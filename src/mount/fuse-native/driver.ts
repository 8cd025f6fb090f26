/**
 * The MountDriver through the package fuse-native, which brings libfuse 2 to Node: for macOS, and on Linux to be chosen,
 * so that it is tested. Slower than the kernel protocol, and poorer: see docs/SEMANTICS.md.
 */

import { processIdentity } from '../../process-identity.ts';
import type { Reporter } from '../../report.ts';
import { blankAttributes } from '../attributes.ts';
import type { MountDriver, Mounted, MountOptions } from '../driver.ts';
import { MountError } from '../errors.ts';
import { SUBTYPE } from '../linux-mounts/mount-type.ts';
import { formatServerProcess, PROCESS_ATTRIBUTE } from '../linux-mounts/server-process.ts';
import type { Schedule } from '../linux-mounts/watcher.ts';
import type { View } from '../node.ts';
import { type Addon, loadAddon } from './addon.ts';
import { attach } from './attach.ts';
import { OpenFiles } from './open-files.ts';
import type { OperationContext } from './operations/context.ts';
import { optionString } from './option-string.ts';
import { Paths } from './paths.ts';
import { RequestTable } from './request-table.ts';
import { ServedMount } from './served-mount.ts';
import { ShortInodes } from './short-inodes.ts';
import { prepareOnLinux } from './system/linux-place.ts';
import { prepareOnMacos } from './system/macos-place.ts';
import type { Place } from './system/system-mount.ts';

export interface FuseNativeDriverOptions {
  readonly reporter: Reporter;
  /** Calls back once after some milliseconds; returns what prevents it. Default: setTimeout. */
  readonly schedule?: Schedule;
}

/** Throws MountError `unavailable` where the package, its binary for this system or libfuse 2 is missing. */
export function createFuseNativeDriver(options: FuseNativeDriverOptions): MountDriver {
  const addon = loadAddon();
  return { mount: (view, how, signal) => mountView(view, how, signal, addon, options) };
}

async function mountView(
  view: View,
  how: MountOptions,
  signal: AbortSignal,
  addon: Addon,
  { reporter, schedule = scheduleTimeout }: FuseNativeDriverOptions,
): Promise<Mounted> {
  signal.throwIfAborted();
  const table = new RequestTable(await operationContext(view, reporter));
  const place = await (process.platform === 'darwin'
    ? prepareOnMacos(how.mountpoint)
    : prepareOnLinux(how.mountpoint, reporter, schedule));
  let served: ServedMount;
  try {
    signal.throwIfAborted();
    served = await mountAt(place, addon, table, how);
  } catch (problem) {
    await place.giveUp();
    throw problem;
  }
  try {
    await untilServing(table, served, place.path, signal);
    return served;
  } catch (problem) {
    served.abort();
    await served.closed;
    throw problem;
  }
}

async function mountAt(
  place: Place,
  addon: Addon,
  table: RequestTable,
  how: MountOptions,
): Promise<ServedMount> {
  const options = optionString(
    { ...how, mountpoint: place.path },
    { platform: process.platform, subtype: SUBTYPE, ...(place.icon !== undefined && { icon: place.icon }) },
  );
  let detach = (): void => {};
  try {
    const mount = await place.make(() => {
      detach = attach(addon, table, place.path, options);
    });
    return new ServedMount(place.path, table, mount, detach);
  } catch (problem) {
    table.refuse();
    detach();
    throw problem;
  }
}

/** Resolves when kernel and libfuse have agreed. */
function untilServing(
  table: RequestTable,
  served: Mounted,
  mountpoint: string,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const gone = new MountError('failed', `The mount at "${mountpoint}" ended before it was ready`);
    const ended = served.closed.then(() => reject(gone), reject);
    void Promise.race([table.ready.then(resolve), ended]).finally(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}

async function operationContext(view: View, reporter: Reporter): Promise<OperationContext> {
  const server = { pid: process.pid, identity: await processIdentity(process.pid) };
  return {
    view,
    paths: new Paths(view.root),
    files: new OpenFiles(),
    inodes: new ShortInodes(),
    rootAttribute: { name: PROCESS_ATTRIBUTE, value: Buffer.from(formatServerProcess(server)) },
    attributes: blankAttributes(),
    foldersTold: new Set(),
    platform: process.platform,
    reporter,
  };
}

function scheduleTimeout(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}
