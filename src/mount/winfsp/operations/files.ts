/** Read, QueryInformation, FlushBuffers, Cleanup and Close. */

import { FsError } from '../../errors.ts';
import { EntryKind, type OpenFile } from '../../node.ts';
import type { Call } from '../call.ts';
import { describeNode } from '../describe-node.ts';
import type { OpenNode } from '../open-files.ts';
import { NtStatus, StatusError } from '../wire/nt-status.ts';
import type { HandleRequest, ReadRequest } from '../wire/request.ts';
import type { OperationContext } from './context.ts';

/** Bytes go from the view's memory into the reader's, and nowhere between. */
export async function read(context: OperationContext, request: ReadRequest, call: Call): Promise<void> {
  const { address, offset, length } = request;
  const file = await contentOf(context.files.get(request.handle), call.signal);
  if (offset >= file.size) throw new StatusError(NtStatus.EndOfFile);
  const wanted = Math.min(length, file.size - offset);
  await file.read(offset, wanted, call.signal, (slices) => {
    call.sendBytes(address, slices);
  });
}

export function queryInformation(context: OperationContext, { handle }: HandleRequest, call: Call): void {
  answerInfo(context, context.files.get(handle), call);
}

/** Nothing waits to be written. Without a handle the whole volume is meant. */
export function flush(context: OperationContext, { handle }: HandleRequest, call: Call): void {
  if (handle === 0) call.succeed();
  else answerInfo(context, context.files.get(handle), call);
}

/** The last handle was closed. Windows may go on reading for itself, for what it keeps in memory. */
export function cleanup(context: OperationContext, { handle }: HandleRequest, call: Call): void {
  context.files.letGo(handle);
  call.succeed();
}

export function close(context: OperationContext, { handle }: HandleRequest, call: Call): void {
  context.files.remove(handle);
  call.succeed();
}

function answerInfo({ info }: OperationContext, { node, leadsToFolder }: OpenNode, call: Call): void {
  call.begin().fileInfo(describeNode(info, node.attributes, node.storedFacts?.() ?? {}, leadsToFolder));
  call.send();
}

/**
 * Programs read no further than the size that they were told: where the content is not as long, a part would pass for
 * the whole. The view has said so.
 */
function contentOf(open: OpenNode, signal: AbortSignal): Promise<OpenFile> {
  if (open.node.kind === EntryKind.Directory) throw new FsError('EISDIR');
  if (open.node.kind !== EntryKind.File) throw new StatusError(NtStatus.InvalidDeviceRequest);
  const { node } = open;
  open.content ??= node.open(signal).then((file) => {
    if (file.size !== node.attributes.size)
      throw new FsError('EIO', 'The content is not as long as recorded');
    return file;
  });
  const content = open.content;
  // Another reader may have better luck.
  content.catch(() => {
    if (open.content === content) open.content = undefined;
  });
  return content;
}
