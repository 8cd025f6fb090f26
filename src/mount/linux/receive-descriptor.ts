/** Receives a file descriptor that another process sends over a Unix socket (SCM_RIGHTS, unix(7)). */

import { MountError } from '../errors.ts';
import type { Libc } from './libc.ts';
import { WireReader, WireWriter } from './wire/cursor.ts';

const CONTROL_SIZE = 64;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;

/** The descriptor must have been sent already. Throws MountError if none was. */
export function receiveDescriptor(libc: Libc, socket: number): number {
  const data = new Uint8Array(1);
  const control = new Uint8Array(CONTROL_SIZE);
  const vector = new WireWriter(16).u64(libc.address(data)).u64(1n).written();
  // struct msghdr of 64-bit Linux: name, its length, vector, its count, control, its length, flags.
  const message = new WireWriter(56).u64(0n).u64(0n).u64(libc.address(vector)).u64(1n);
  message.u64(libc.address(control)).u64(BigInt(CONTROL_SIZE)).u64(0n);
  const received = libc.recvmsg(socket, message.written());
  if (received < 0) throw new MountError('failed', `fusermount3 sent no descriptor: error ${-received}`);
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
