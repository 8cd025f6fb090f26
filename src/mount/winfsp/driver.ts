/**
 * The MountDriver for Windows: mounts a view through WinFsp, whose DLL is called through koffi. Every kind of request is
 * taken over and answered later, so that nothing here ever waits in one of WinFsp's threads.
 *
 * The thread that serves must not open a file of its own mount: it would wait for itself. Nor may this process read it
 * through libuv's pool, which the view needs. So the mount belongs into a process that does nothing else.
 */

import { createHash } from 'node:crypto';
import type { Reporter } from '../../report.ts';
import { blankAttributes } from '../attributes.ts';
import type { MountDriver, Mounted, MountOptions } from '../driver.ts';
import type { View } from '../node.ts';
import { FolderTree } from './folders.ts';
import { mountFailure } from './mount-failure.ts';
import { winfspMountpoint } from './mountpoint.ts';
import { OpenFiles } from './open-files.ts';
import { answer } from './operations/dispatch.ts';
import { RequestTable } from './request-table.ts';
import { ServedVolume } from './served-volume.ts';
import { checkVersion } from './version-check.ts';
import type { Volume, VolumeEvents, WinFsp } from './winfsp.ts';
import { loadWinFsp } from './winfsp-library.ts';
import { blankFileInfo } from './wire/file-info.ts';
import { fileTime } from './wire/file-time.ts';
import { isFailure } from './wire/nt-status.ts';
import { encodeVolumeParams } from './wire/volume-params.ts';

export interface WinFspDriverOptions {
  readonly reporter: Reporter;
  /** Show the security descriptors that the backup holds; else all is the mounting user's to read. */
  readonly showsStoredSecurity?: boolean;
  /** Let absolute links of Windows lead to the drives of this machine; else they lead nowhere. */
  readonly leavesVolume?: boolean;
  /** Default: the installed DLL. */
  readonly load?: () => Promise<WinFsp>;
  /** Calls back once after some milliseconds; returns what prevents it. Default: setTimeout. */
  readonly schedule?: (callback: () => void, milliseconds: number) => () => void;
}

/** They only hand requests over to the one thread that serves. */
const DISPATCHER_THREADS = 2;
const FILE_SYSTEM_NAME = 'snapmount';
/** The largest listing that is asked for at once. */
const PIECE_BYTES = 64 * 1024;

export function createWinFspDriver(options: WinFspDriverOptions): MountDriver {
  return { mount: (view, how, signal) => mountView(view, how, signal, options) };
}

async function mountView(
  view: View,
  how: MountOptions,
  signal: AbortSignal,
  options: WinFspDriverOptions,
): Promise<Mounted> {
  signal.throwIfAborted();
  const mountpoint = winfspMountpoint(how.mountpoint);
  const winfsp = await (options.load ?? loadWinFsp)();
  const warning = checkVersion(winfsp.version);
  if (warning !== undefined) options.reporter.warn(warning);
  check('preflight', await winfsp.preflight(mountpoint), mountpoint);
  signal.throwIfAborted();
  return mountVolume(winfsp, view, { ...how, mountpoint }, signal, options);
}

async function mountVolume(
  winfsp: WinFsp,
  view: View,
  how: MountOptions,
  signal: AbortSignal,
  options: WinFspDriverOptions,
): Promise<Mounted> {
  const security = winfsp.createSecurity(how.allowOther);
  // The table is there before the dispatcher starts, and nobody calls before.
  const parts: { table?: RequestTable; served?: ServedVolume; isBroken?: true } = {};
  const events: VolumeEvents = {
    take: (request) => parts.table!.take(request),
    stopped: (normally) => {
      if (normally) return;
      parts.isBroken = true;
      parts.served?.broke();
    },
  };
  let volume: Volume | undefined;
  try {
    volume = winfsp.createVolume(volumeParams(view, how), events);
    const files = new OpenFiles();
    parts.table = createTable(view, files, volume, security, how, options);
    check('dispatcher', volume.startDispatcher(DISPATCHER_THREADS), how.mountpoint);
    check('mountpoint', await volume.setMountpoint(how.mountpoint), how.mountpoint);
    signal.throwIfAborted();
    const { schedule = scheduleTimeout } = options;
    const processName = (pid: number) => winfsp.processName(pid);
    parts.served = new ServedVolume({ volume, security, table: parts.table, files, processName, schedule });
    if (parts.isBroken) parts.served.broke();
    return parts.served;
  } catch (problem) {
    parts.table?.end();
    await volume?.removeMountpoint();
    await volume?.stopDispatcher();
    await volume?.delete();
    security.close();
    throw problem;
  }
}

function createTable(
  view: View,
  files: OpenFiles,
  volume: Volume,
  security: ReturnType<WinFsp['createSecurity']>,
  how: MountOptions,
  { reporter, showsStoredSecurity = false, leavesVolume = false }: WinFspDriverOptions,
): RequestTable {
  const context = {
    view,
    folders: new FolderTree(view.root),
    files,
    security,
    showsStoredSecurity,
    leavesVolume,
    noExec: how.noExec === true,
    label: how.source,
    attributes: blankAttributes(),
    info: blankFileInfo(),
    piece: new Uint8Array(PIECE_BYTES),
  };
  return new RequestTable(volume, {
    answer: (request, call) => answer(context, request, call),
    problem: (line) => reporter.warn(line),
  });
}

/** What is mounted again has the serial number that it had, by which programs remember volumes. */
function volumeParams(view: View, { source, longestCaching }: MountOptions): Uint8Array {
  const { changeSeconds, changeNanoseconds } = view.root.attributes;
  return encodeVolumeParams({
    creationTime: fileTime(changeSeconds, changeNanoseconds),
    serialNumber: createHash('sha256').update(source).digest().readUInt32LE(0),
    fileSystemName: FILE_SYSTEM_NAME,
    longestCaching,
  });
}

function check(step: Parameters<typeof mountFailure>[0], status: number, mountpoint: string): void {
  if (isFailure(status)) throw mountFailure(step, status, mountpoint);
}

function scheduleTimeout(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}
