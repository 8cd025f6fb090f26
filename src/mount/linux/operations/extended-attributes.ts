/**
 * GETXATTR and LISTXATTR. A size of 0 asks for the size that is needed. ENOSYS would make the kernel stop
 * asking for any file of the mount, so it is never the answer.
 *
 * What a backup says of a node and no file system shows can be asked for by name and is not listed: `cp -a` and
 * `rsync -X` would copy it.
 */

import { FsError } from '../../errors.ts';
import { PROCESS_ATTRIBUTE } from '../../linux-mounts/server-process.ts';
import { storedValue } from '../../stored-attributes.ts';
import type { Call } from '../call.ts';
import { ROOT_ID } from '../constants.ts';
import { writeSize } from '../wire/reply.ts';
import type { NodeId, RequestOf } from '../wire/request.ts';
import type { OperationContext } from './context.ts';

const NUL = new Uint8Array(1);
const SERVER = Buffer.from(PROCESS_ATTRIBUTE);

export async function getxattr(
  context: OperationContext,
  request: RequestOf<'getxattr'>,
  call: Call,
): Promise<void> {
  const wanted = Buffer.from(request.name.buffer, request.name.byteOffset, request.name.length);
  if (isRoot(request.node) && wanted.equals(SERVER)) {
    answerSized(call, request.size, [context.process]);
    return;
  }
  const node = await context.inodes.node(request.node, call.signal);
  const found = node.extendedAttributes().find((attribute) => wanted.equals(attribute.name));
  const value = found?.value ?? storedValue(node, wanted.toString('latin1'));
  if (value === undefined) throw new FsError(missingCode(wanted));
  answerSized(call, request.size, [value]);
}

export async function listxattr(
  context: OperationContext,
  request: RequestOf<'listxattr'>,
  call: Call,
): Promise<void> {
  const node = await context.inodes.node(request.node, call.signal);
  answerSized(
    call,
    request.size,
    node.extendedAttributes().flatMap((attribute) => [attribute.name, NUL]),
  );
}

function isRoot({ high, low }: NodeId): boolean {
  return high === 0 && low === ROOT_ID;
}

/**
 * `ls -l` asks each file for its access control list until it is told once that the file system has none: then
 * it stops, which makes long listings several times as fast.
 */
function missingCode(name: Buffer): 'EOPNOTSUPP' | 'ENODATA' {
  const text = name.toString('latin1');
  return text.startsWith('system.') || text.startsWith('security.') ? 'EOPNOTSUPP' : 'ENODATA';
}

function answerSized(call: Call, room: number, slices: readonly Uint8Array[]): void {
  const size = slices.reduce((sum, slice) => sum + slice.length, 0);
  if (room === 0) {
    writeSize(call.begin(), size);
    call.send();
    return;
  }
  if (size > room) throw new FsError('ERANGE');
  call.sendSlices(slices);
}
