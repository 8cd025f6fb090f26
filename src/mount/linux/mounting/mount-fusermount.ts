/**
 * Mounting as an ordinary user: the set-user-id program fusermount3 (or fusermount) opens /dev/fuse, mounts,
 * and passes the descriptor over a socket pair. What that program says is fusermount.ts's to know.
 */

import fs from 'node:fs';
import type { Writable } from 'node:stream';
import type { MountOptions } from '../../driver.ts';
import { MountError } from '../../errors.ts';
import { openDeviceError } from '../../linux-mounts/device-access.ts';
import { helperError, runHelper } from '../../linux-mounts/fusermount.ts';
import { errorName, type Libc } from '../../linux-mounts/libc.ts';
import { unmountPlace } from '../../linux-mounts/unmount.ts';
import { WireReader, WireWriter } from '../wire/cursor.ts';
import { helperOptions } from './mount-options.ts';

const CONTROL_SIZE = 64;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;

/**
 * The open connection, which does not block. The helper keeps `tie` open while it runs. Rejects with MountError, and
 * then nothing stays mounted. Cannot be cancelled: a helper killed half-way might leave its mount behind.
 */
export async function mountWithHelper(
  libc: Libc,
  options: MountOptions,
  tie: Writable | undefined,
): Promise<number> {
  requireDevice();
  const descriptor = await mountOver(libc, options, tie);
  const result = libc.setNonBlocking(descriptor);
  if (result < 0) {
    fs.closeSync(descriptor);
    await unmountPlace(libc, options.mountpoint, { detach: true });
    throw new MountError('failed', `Cannot set up the connection of the mount: ${errorName(result)}`);
  }
  return descriptor;
}

/** fusermount3 opens it with the rights of its caller. */
function requireDevice(): void {
  try {
    fs.accessSync('/dev/fuse', fs.constants.R_OK | fs.constants.W_OK);
  } catch (cause) {
    throw openDeviceError(cause);
  }
}

async function mountOver(libc: Libc, options: MountOptions, tie: Writable | undefined): Promise<number> {
  const pair = new Int32Array(2);
  const made = libc.socketpair(new Uint8Array(pair.buffer));
  if (made < 0) throw new MountError('failed', `Cannot make a socket pair: ${errorName(made)}`);
  const [ours = -1, theirs = -1] = pair;
  let theirsOpen = true;
  const closeTheirs = (): void => {
    if (theirsOpen) fs.closeSync(theirs);
    theirsOpen = false;
  };
  try {
    const args = ['-o', helperOptions(options), '--', options.mountpoint];
    const ended = await runHelper(args, { socket: theirs, tie, started: closeTheirs });
    if (ended.code !== 0) throw helperError(ended.complaint, options.mountpoint);
    return await receiveOrUnmount(libc, ours, options.mountpoint);
  } finally {
    closeTheirs();
    fs.closeSync(ours);
  }
}

/** The helper has mounted, and without the connection nobody could serve the mount. */
async function receiveOrUnmount(libc: Libc, socket: number, mountpoint: string): Promise<number> {
  try {
    return receiveDescriptor(libc, socket);
  } catch (problem) {
    await unmountPlace(libc, mountpoint, { detach: true });
    throw problem;
  }
}

/**
 * Receives the descriptor that fusermount3 has sent over a Unix socket (SCM_RIGHTS, unix(7)). Throws MountError if
 * there is none.
 */
function receiveDescriptor(libc: Libc, socket: number): number {
  const data = new Uint8Array(1);
  const control = new Uint8Array(CONTROL_SIZE);
  const vector = new WireWriter(16).u64(libc.address(data)).u64(1n).written();
  // struct msghdr of 64-bit Linux: name, its length, vector, its count, control, its length, flags.
  const message = new WireWriter(56).u64(0n).u64(0n).u64(libc.address(vector)).u64(1n);
  message.u64(libc.address(control)).u64(BigInt(CONTROL_SIZE)).u64(0n);
  const received = libc.recvmsg(socket, message.written());
  if (received < 0) throw new MountError('failed', `fusermount3 sent no descriptor: ${errorName(received)}`);
  return readControl(control);
}

/** struct cmsghdr: length (8 bytes), level, type; then the descriptors. */
function readControl(control: Uint8Array): number {
  const reader = new WireReader(control);
  const length = reader.u53();
  const level = reader.u32();
  const type = reader.u32();
  if (length < 20 || level !== SOL_SOCKET || type !== SCM_RIGHTS) {
    throw new MountError('failed', 'fusermount3 sent no descriptor');
  }
  return reader.i32();
}
