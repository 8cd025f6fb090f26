/** OPEN, READ, LSEEK: contents of files. */

import { FsError } from '../../errors.ts';
import { EntryKind, type OpenFile } from '../../node.ts';
import type { Call } from '../call.ts';
import { Whence } from '../constants.ts';
import { writeOffset } from '../wire/reply.ts';
import type { NodeId, RequestOf } from '../wire/request.ts';
import type { OperationContext } from './context.ts';

/** Copied by the kernel in some 60 microseconds, about what it costs to let a thread do it. */
const MOST_COPIED_HERE = 256 * 1024;

/**
 * ENOSYS is asked for here: the kernel then opens and closes files by itself, for good, and keeps their pages
 * from one open to the next. Contents never change, and two round trips a file are saved.
 */
export function open(): never {
  throw new FsError('ENOSYS');
}

/** Fewer bytes than asked for mean the end of the file. Slices go to the kernel as they are. */
export async function read(context: OperationContext, request: RequestOf<'read'>, call: Call): Promise<void> {
  const { node, offset } = request;
  const end = offset + request.size;
  const prepared = context.ahead.contentOf(node);
  if (prepared !== undefined) {
    call.sendSlices([prepared.subarray(offset, end)]);
    context.ahead.gave(node, end);
    return;
  }
  const file = await fileOf(context, node, call.signal);
  if (offset >= file.size) {
    call.succeed();
    return;
  }
  const length = Math.min(end, file.size) - offset;
  await file.read(offset, length, call.signal, async (slices) => {
    if (length > MOST_COPIED_HERE) await call.sendSlicesInThread(slices);
    else {
      await context.replies.take(length);
      call.sendSlices(slices);
    }
  });
}

/** The kernel asks only for data and holes (SEEK_DATA, SEEK_HOLE): a file is data up to its end. */
export async function lseek(
  context: OperationContext,
  request: RequestOf<'lseek'>,
  call: Call,
): Promise<void> {
  const { size } = await fileOf(context, request.node, call.signal);
  if (request.whence !== Whence.Data && request.whence !== Whence.Hole) throw new FsError('EINVAL');
  if (request.offset >= size) throw new FsError('ENXIO');
  writeOffset(call.begin(), request.whence === Whence.Data ? request.offset : size);
  call.send();
}

/**
 * The kernel reads no further than the size in the attributes. Where the content is not as long, it would cut it
 * off without a word, so that such a file cannot be read at all; the view has said so.
 */
async function fileOf(context: OperationContext, id: NodeId, signal: AbortSignal): Promise<OpenFile> {
  const known = context.files.get(id);
  if (known !== undefined) return known;
  const node = await context.inodes.node(id, signal);
  if (node.kind === EntryKind.Directory) throw new FsError('EISDIR');
  if (node.kind !== EntryKind.File) throw new FsError('ENXIO');
  const slot = context.inodes.slotOf(id);
  if (slot !== undefined) context.ahead.read(slot, id.low);
  const file = await node.open(signal);
  if (file.size !== node.attributes.size) throw new FsError('EIO', 'The content is not as long as recorded');
  return context.files.add(id, file);
}
