/** QueryVolumeInformation, QuerySecurity, QueryStreamInformation, and reparse points as they are. */

import { ReparseError } from '../../../reparse/reparse-error.ts';
import { EntryKind } from '../../node.ts';
import type { Call } from '../call.ts';
import { allocated } from '../describe-node.ts';
import { reparseBytesOf } from '../links/reparse-bytes.ts';
import { streamName } from '../streams.ts';
import { ControlCode } from '../wire/constants.ts';
import { NtStatus, StatusError } from '../wire/nt-status.ts';
import type { FileSystemControlRequest, HandleRequest } from '../wire/request.ts';
import { MAX_RESPONSE_DATA_BYTES } from '../wire/response.ts';
import { encodeStreams, type StreamInfo } from '../wire/stream-info.ts';
import type { OperationContext } from './context.ts';

/** Nothing is ever free. */
export function queryVolume({ view, label }: OperationContext, call: Call): void {
  call.begin().volumeInfo(view.statistics().bytes, 0, label);
  call.send();
}

export function querySecurity(context: OperationContext, { handle }: HandleRequest, call: Call): void {
  const { node } = context.files.get(handle);
  const stored = context.showsStoredSecurity ? node.storedFacts?.().securityDescriptor : undefined;
  const isUsable = stored !== undefined && stored.length > 0 && stored.length <= MAX_RESPONSE_DATA_BYTES;
  call.begin().buffer(isUsable ? stored : context.security.descriptor);
  call.send();
}

/** The content first, which has no name; of a folder its streams alone. */
export async function queryStreams(
  context: OperationContext,
  { handle }: HandleRequest,
  call: Call,
): Promise<void> {
  const { node, parent, name } = context.files.get(handle);
  const found = name === undefined ? undefined : await parent?.streamsOf(name, call.signal);
  const streams = node.kind === EntryKind.File ? [streamInfo('', node.attributes.size)] : [];
  for (const entry of found?.entries ?? []) {
    const { listing } = found!;
    streams.push(streamInfo(streamName(listing, entry), listing.attributes(entry, context.attributes).size));
  }
  call.begin().buffer(encodeStreams(streams, MAX_RESPONSE_DATA_BYTES));
  call.send();
}

function streamInfo(name: string, size: number): StreamInfo {
  return { name, size, allocationSize: allocated(size) };
}

export async function fileSystemControl(
  context: OperationContext,
  { handle, code }: FileSystemControlRequest,
  call: Call,
): Promise<void> {
  if (code === ControlCode.SetReparsePoint || code === ControlCode.DeleteReparsePoint) {
    throw new StatusError(NtStatus.MediaWriteProtected);
  }
  if (code !== ControlCode.GetReparsePoint) throw new StatusError(NtStatus.InvalidDeviceRequest);
  const bytes = await readReparsePoint(context, handle, call.signal);
  if (bytes === undefined) throw new StatusError(NtStatus.NotAReparsePoint);
  if (bytes.length > MAX_RESPONSE_DATA_BYTES) throw new StatusError(NtStatus.ReparseDataInvalid);
  call.begin().buffer(bytes);
  call.send();
}

async function readReparsePoint(
  { files }: OperationContext,
  handle: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  try {
    return await reparseBytesOf(files.get(handle).node, signal);
  } catch (problem) {
    // A target that no reparse point can hold: empty, or too long.
    if (problem instanceof ReparseError) throw new StatusError(NtStatus.ReparseDataInvalid);
    throw problem;
  }
}
