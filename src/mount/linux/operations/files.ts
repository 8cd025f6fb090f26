/** OPEN, READ, LSEEK, RELEASE: contents of files. */

import { FsError } from '../../errors.ts';
import { EntryKind } from '../../node.ts';
import type { Call } from '../call.ts';
import { AccessMode, OpenFlag, OpenTruncate, Whence } from '../constants.ts';
import { writeOffset, writeOpened } from '../wire/reply.ts';
import type { RequestOf } from '../wire/request.ts';
import type { OperationContext } from './context.ts';

/**
 * Asked for each open(2), also for files whose pages the kernel holds already. The kernel keeps those pages
 * (KEEP_CACHE): contents never change. It reads no further than the size in the attributes unless told to pass
 * reads on as they come (DIRECT_IO), which files need whose stored contents differ from their recorded size.
 */
export async function open(context: OperationContext, request: RequestOf<'open'>, call: Call): Promise<void> {
  const writes = (request.flags & AccessMode.Mask) !== AccessMode.ReadOnly;
  if (writes || request.flags & OpenTruncate) throw new FsError('EROFS');
  const node = await context.inodes.node(request.node, call.signal);
  if (node.kind === EntryKind.Directory) throw new FsError('EISDIR');
  if (node.kind !== EntryKind.File) throw new FsError('ENXIO');
  const file = await node.open(call.signal);
  const handle = context.files.add(file);
  const asRecorded = file.size === node.attributes.size;
  writeOpened(call.begin(), handle, asRecorded ? OpenFlag.KeepCache : OpenFlag.DirectIo);
  if (!call.send()) context.files.remove(handle);
}

/** Fewer bytes than asked for mean the end of the file. Slices go to the kernel as they are. */
export async function read(context: OperationContext, request: RequestOf<'read'>, call: Call): Promise<void> {
  const file = context.files.get(request.handle);
  if (request.offset >= file.size) {
    call.succeed();
    return;
  }
  const length = Math.min(request.size, file.size - request.offset);
  await file.read(request.offset, length, call.signal, (slices) => call.sendSlices(slices));
}

/** The kernel asks only for data and holes (SEEK_DATA, SEEK_HOLE): a file is data up to its end. */
export function lseek(context: OperationContext, request: RequestOf<'lseek'>, call: Call): void {
  const { size } = context.files.get(request.handle);
  if (request.whence !== Whence.Data && request.whence !== Whence.Hole) throw new FsError('EINVAL');
  if (request.offset >= size) throw new FsError('ENXIO');
  writeOffset(call.begin(), request.whence === Whence.Data ? request.offset : size);
  call.send();
}

export function release(context: OperationContext, request: RequestOf<'release'>, call: Call): void {
  context.files.remove(request.handle);
  call.succeed();
}
