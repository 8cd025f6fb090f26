/**
 * Runs fusermount3, or fusermount where only that exists, and turns what it complains of into MountErrors that name
 * the cure. Knows nothing of what is mounted.
 */

import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Writable } from 'node:stream';
import { MountError } from '../errors.ts';
import { openDeviceError } from './device-access.ts';

const HELPERS = ['fusermount3', 'fusermount'];

export interface Ended {
  readonly code: number | null;
  /** What it wrote to its standard error, on one line, or that a signal ended it. */
  readonly complaint: string;
}

export interface Inherited {
  /** The end of a socket pair over which it sends the connection. */
  readonly socket: number;
  /** Stays open as long as it runs. */
  readonly tie: Writable | undefined;
  /** Called once it has inherited both. */
  readonly started: () => void;
}

/** Rejects with MountError if it cannot be started. */
export async function runHelper(args: readonly string[], inherited?: Inherited): Promise<Ended> {
  const folders = searchPath(process.env.PATH);
  const helper = await findHelper(folders);
  try {
    return await run(helper, folders, args, inherited);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new MountError('failed', `Cannot start "${helper}": ${code}`, { cause });
  }
}

/** Without the empty element, which would mean the current folder. */
export function searchPath(path: string | undefined): string[] {
  const folders = [...(path ?? '').split(delimiter), '/usr/bin', '/bin'];
  return folders.filter((folder) => folder !== '');
}

/**
 * Looked for here and not by spawn(3), which says EACCES for a folder of the path that cannot be searched, too.
 * Some systems let only a group run it.
 */
export async function findHelper(folders: readonly string[]): Promise<string> {
  let forbidden: string | undefined;
  for (const helper of HELPERS.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    if (await isAccessible(helper, constants.X_OK)) return helper;
    if (await isAccessible(helper, constants.F_OK)) forbidden ??= helper;
  }
  if (forbidden !== undefined) {
    throw new MountError('denied', `No permission to run "${forbidden}": its group must be yours`);
  }
  throw new MountError(
    'unavailable',
    'Cannot find fusermount3, which mounting without root needs: install it with "apt install fuse3"',
  );
}

function isAccessible(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

function run(
  helper: string,
  folders: readonly string[],
  args: readonly string[],
  inherited: Inherited | undefined,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(helper, args, {
      // Not in our process group: Ctrl-C at the terminal must not end it half-way.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', inherited?.socket ?? 'ignore', inherited?.tie ?? 'ignore'],
      env: { PATH: folders.join(delimiter), LC_ALL: 'C', _FUSE_COMMFD: '3' },
    });
    let complaint = '';
    child.stderr?.on('data', (data: Buffer) => {
      complaint = (complaint + data.toString()).slice(0, 2000);
    });
    child.once('error', reject);
    child.once('spawn', () => inherited?.started());
    child.once('close', (code, signal) => {
      const line = complaint.trim().replaceAll('\n', '; ');
      resolve({ code, complaint: signal === null ? line : `"${helper}" was ended by ${signal}` });
    });
  });
}

/** The error for a mount that fusermount3 refused with this complaint. Pure. */
export function helperError(complaint: string, mountpoint: string): MountError {
  if (/user_allow_other/.test(complaint)) {
    return new MountError(
      'denied',
      'Letting other users in needs a line "user_allow_other" in /etc/fuse.conf, which root can add',
    );
  }
  if (/no write access to mountpoint|user has no write access/i.test(complaint)) {
    return new MountError('denied', `The mountpoint "${mountpoint}" must be a folder that you may write to`);
  }
  if (/device not found|modprobe/i.test(complaint)) return openDeviceError({ code: 'ENOENT' });
  if (/\/dev\/fuse: Permission denied/i.test(complaint)) return openDeviceError({ code: 'EACCES' });
  if (/Operation not permitted/i.test(complaint)) {
    return new MountError(
      'denied',
      `The system does not permit the mount on "${mountpoint}" (${complaint}): a container needs --cap-add SYS_ADMIN`,
    );
  }
  return new MountError('failed', `Cannot mount on "${mountpoint}": ${complaint || 'fusermount3 failed'}`);
}
