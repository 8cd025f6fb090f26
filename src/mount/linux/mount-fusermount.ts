/**
 * Mounting as an ordinary user: the set-user-id program fusermount3 (or fusermount) opens /dev/fuse, mounts,
 * and passes the descriptor over a socket pair. Knows that program's options and its complaints.
 */

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import type { MountOptions } from '../driver.ts';
import { MountError } from '../errors.ts';
import { openDeviceError } from './device-access.ts';
import type { KernelMount } from './kernel-mount.ts';
import type { Libc } from './libc.ts';
import { helperOptions } from './mount-options.ts';
import { receiveDescriptor } from './receive-descriptor.ts';

const HELPERS = ['fusermount3', 'fusermount'];

/** Cannot be cancelled: a helper killed half-way might leave its mount behind. */
export async function mountWithHelper(libc: Libc, options: MountOptions): Promise<KernelMount> {
  requireDevice();
  const { mountpoint } = options;
  const descriptor = await mountOver(libc, options);
  libc.setNonBlocking(descriptor);
  return { descriptor, mountpoint, unmount: (how) => unmount(mountpoint, how) };
}

/** fusermount3 opens it with the rights of its caller. */
function requireDevice(): void {
  try {
    fs.accessSync('/dev/fuse', fs.constants.R_OK | fs.constants.W_OK);
  } catch (cause) {
    throw openDeviceError(cause);
  }
}

async function mountOver(libc: Libc, options: MountOptions): Promise<number> {
  const pair = new Int32Array(2);
  const made = libc.socketpair(new Uint8Array(pair.buffer));
  if (made < 0) throw new MountError('failed', `Cannot make a socket pair: error ${-made}`);
  const [ours = -1, theirs = -1] = pair;
  let theirsOpen = true;
  const closeTheirs = (): void => {
    if (theirsOpen) fs.closeSync(theirs);
    theirsOpen = false;
  };
  try {
    const args = ['-o', helperOptions(options), '--', options.mountpoint];
    const ended = await runHelper(args, theirs, closeTheirs);
    if (ended.code !== 0) throw helperError(ended.complaint, options);
    return receiveDescriptor(libc, ours);
  } finally {
    closeTheirs();
    fs.closeSync(ours);
  }
}

async function unmount(mountpoint: string, how: { detach: boolean }): Promise<void> {
  const args = ['-u', ...(how.detach ? ['-z'] : []), '--', mountpoint];
  const ended = await runHelper(args);
  if (ended.code === 0) return;
  if (/busy/i.test(ended.complaint))
    throw new MountError('busy', `Somebody uses the mount at "${mountpoint}"`);
  throw new MountError('failed', `Cannot unmount "${mountpoint}": ${ended.complaint}`);
}

interface Ended {
  readonly code: number | null;
  /** What it wrote to its standard error, on one line. */
  readonly complaint: string;
}

/** Tries each name that the program may have. `started` is called when it has inherited what it needs. */
async function runHelper(
  args: readonly string[],
  socket?: number,
  started: () => void = () => {},
): Promise<Ended> {
  for (const helper of HELPERS) {
    try {
      return await run(helper, args, socket, started);
    } catch (problem) {
      if ((problem as NodeJS.ErrnoException).code !== 'ENOENT') throw problem;
    }
  }
  throw new MountError(
    'unavailable',
    'Cannot find fusermount3, which mounting without root needs: install it with "apt install fuse3"',
  );
}

function run(
  helper: string,
  args: readonly string[],
  socket: number | undefined,
  started: () => void,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(helper, args, {
      stdio: ['ignore', 'ignore', 'pipe', socket ?? 'ignore'],
      env: { PATH: `${process.env.PATH ?? ''}:/usr/bin:/bin`, LC_ALL: 'C', _FUSE_COMMFD: '3' },
    });
    let complaint = '';
    child.stderr?.on('data', (data: Buffer) => {
      complaint = (complaint + data.toString()).slice(0, 2000);
    });
    child.once('error', reject);
    child.once('spawn', started);
    child.once('close', (code) => resolve({ code, complaint: complaint.trim().replaceAll('\n', '; ') }));
  });
}

function helperError(complaint: string, options: MountOptions): MountError {
  const { mountpoint } = options;
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
