/** open, read, release: contents of files. */

import { constants } from 'node:fs';
import { FsError } from '../../errors.ts';
import { EntryKind, type OpenFile } from '../../node.ts';
import type { Call } from '../call.ts';
import { finderAnswer } from '../finder.ts';
import type { OperationContext } from './context.ts';

const WORD = 2 ** 32;

const WRITING = constants.O_WRONLY | constants.O_RDWR;

/** Of Finder's file without content: no handle. */
const NO_HANDLE = 0;

export async function open(
  context: OperationContext,
  call: Call,
  path: string,
  flags: number,
): Promise<void> {
  if ((flags & WRITING) !== 0) throw new FsError('EROFS');
  if (finderAnswer(path, context.platform) === 'empty') {
    call.succeed(0, [NO_HANDLE]);
    return;
  }
  const file = await openAt(context, path, call.signal);
  // libfuse releases only what it has got.
  if (!call.answered) call.succeed(0, [context.files.add(file)]);
}

/** Fewer bytes than asked for mean the end of the file. They are copied: libfuse has made the room. */
export async function read(
  context: OperationContext,
  call: Call,
  _path: string,
  handle: number,
  into: Buffer,
  length: number,
  low: number,
  high: number,
): Promise<void> {
  const file = context.files.get(handle);
  const offset = high * WORD + low;
  const count = Math.max(0, Math.min(length, (file?.size ?? 0) - offset));
  if (file === undefined || count === 0) {
    call.succeed(0);
    return;
  }
  await file.read(offset, count, call.signal, (slices) => {
    if (call.answered) return;
    let at = 0;
    for (const slice of slices) {
      into.set(slice, at);
      at += slice.length;
    }
    call.succeed(at);
  });
}

export function release(context: OperationContext, call: Call, _path: string, handle: number): void {
  context.files.remove(handle);
  call.succeed();
}

/**
 * The kernel reads no further than the size in the attributes. Where the content is not as long, it would cut it
 * off without a word, so that such a file cannot be read at all; the view has said so.
 */
async function openAt({ paths }: OperationContext, path: string, signal: AbortSignal): Promise<OpenFile> {
  const located = await paths.entry(path, signal);
  if (located === undefined) throw new FsError('EISDIR');
  const node = located.listing.node(located.entry);
  if (node.kind === EntryKind.Directory) throw new FsError('EISDIR');
  if (node.kind !== EntryKind.File) throw new FsError('ENXIO');
  const file = await node.open(signal);
  if (file.size !== node.attributes.size) throw new FsError('EIO', 'The content is not as long as recorded');
  return file;
}
