/** Create: opens what is there, and leads a path that meets a link on to where it goes on. */

import { EntryKind, type Node } from '../../node.ts';
import { upperText } from '../../windows-case.ts';
import { grantedRights, refuseChanges, refuseMaking, rightsToCheck } from '../access.ts';
import type { Call } from '../call.ts';
import { describeNode } from '../describe-node.ts';
import { type FoundNode, findNode, findStream } from '../find-node.ts';
import { leadsToFolder } from '../leads-to-folder.ts';
import { followLink } from '../links/follow-link.ts';
import { splitStream } from '../streams.ts';
import { AccessRight, CreateOption, FileAttribute } from '../wire/constants.ts';
import { NtStatus, StatusError } from '../wire/nt-status.ts';
import type { CreateRequest } from '../wire/request.ts';
import type { OperationContext } from './context.ts';

/** Information of an answer that is a plain path (IO_REPARSE), or a symbolic link from the volume's root. */
const PLAIN_PATH = 0;
const SYMLINK_TAG = 0xa000_000c;

export async function create(context: OperationContext, request: CreateRequest, call: Call): Promise<void> {
  const granted = checkAccess(context, request);
  const found = await find(context, request, call.signal);
  if (isPassedThrough(found, request)) return leadOn(context, found, call);
  refuseChanges(request);
  const { node, parent, folder } = found;
  const isFolderLink = await leadsToFolder(found, context.folders.root, call.signal);
  const info = describeNode(context.info, node.attributes, node.storedFacts?.() ?? {}, isFolderLink);
  refuseOtherKind(info.attributes, request);
  const grantedAccess = context.noExec && folder === undefined ? withoutExecute(granted, request) : granted;
  const name = found.names.at(-1);
  const handle = context.files.add({
    node,
    parent,
    name,
    process: request.process,
    folder,
    leadsToFolder: isFolderLink,
    listing: undefined,
    content: undefined,
  });
  const normalizedName = normalized(found, request);
  let isSent = false;
  try {
    call.begin().opened({ handle, grantedAccess, info, normalizedName });
    isSent = call.send();
  } finally {
    if (!isSent) context.files.remove(handle);
  }
}

/** Any local user can reach the volume's device: who may open what is for us to say, here and nowhere else. */
function checkAccess({ security }: OperationContext, request: CreateRequest): number {
  const wanted = rightsToCheck(request.desiredAccess);
  const granted = request.isUserMode ? security.check(request.token, wanted) : wanted;
  return grantedRights(granted, request.grantedAccess);
}

/** What is not there cannot be opened, and not be made either: the first is the better answer to who only opens. */
async function find(
  context: OperationContext,
  request: CreateRequest,
  signal: AbortSignal,
): Promise<FoundNode> {
  const { name, isCaseSensitive, hasTrailingBackslash } = request;
  try {
    const { path, stream } = splitStream(name);
    const found = await findNode(context.folders.root, path, !isCaseSensitive, signal);
    if (hasTrailingBackslash && found.node.kind === EntryKind.File) {
      throw new StatusError(NtStatus.ObjectNameInvalid);
    }
    if (stream === undefined) return found;
    if (isPassedThrough(found, request)) return { ...found, stream };
    return await findStream(found, stream, !isCaseSensitive, signal);
  } catch (problem) {
    if (problem instanceof StatusError && problem.status === NtStatus.ObjectNameNotFound) {
      refuseMaking(request);
    }
    throw problem;
  }
}

/** Whether the path goes on behind the node, or the node itself is a link that was not asked for as such. */
function isPassedThrough({ node, rest }: FoundNode, { options }: CreateRequest): boolean {
  if (rest.length > 0) return true;
  return isReparsePoint(node) && (options & CreateOption.OpenReparsePoint) === 0;
}

function isReparsePoint({ kind }: Node): boolean {
  return kind !== EntryKind.File && kind !== EntryKind.Directory;
}

/** The system opens the path that it is given instead, and asks us again if that is on this volume. */
async function leadOn(context: OperationContext, found: FoundNode, call: Call): Promise<void> {
  const way = await followLink(found, context.leavesVolume, call.signal);
  const path = withStream(way.path, found);
  if (way.kind === 'outside') call.begin().reparse(PLAIN_PATH, Buffer.from(path, 'utf16le'));
  else call.begin().reparse(SYMLINK_TAG, volumeLink(path));
  call.send();
}

/** A REPARSE_DATA_BUFFER of a symbolic link whose target begins at the root of this volume. */
function volumeLink(path: string): Uint8Array {
  const name = Buffer.from(path, 'utf16le');
  const header = Buffer.alloc(20);
  header.writeUInt32LE(SYMLINK_TAG, 0);
  header.writeUInt16LE(12 + name.length, 4);
  // Both names are the same bytes.
  header.writeUInt16LE(name.length, 10);
  header.writeUInt16LE(name.length, 14);
  header.writeUInt32LE(1, 16);
  return Buffer.concat([header, name]);
}

function refuseOtherKind(attributes: number, { options }: CreateRequest): void {
  const isDirectory = (attributes & FileAttribute.Directory) !== 0;
  if (isDirectory && (options & CreateOption.NonDirectoryFile) !== 0) {
    throw new StatusError(NtStatus.FileIsADirectory);
  }
  if (!isDirectory && (options & CreateOption.DirectoryFile) !== 0) {
    throw new StatusError(NtStatus.NotADirectory);
  }
}

/** Windows runs a program only from a file that was opened with this right. Of a folder it is the right to go through. */
function withoutExecute(granted: number, { desiredAccess }: CreateRequest): number {
  const { Execute, GenericExecute } = AccessRight;
  if ((desiredAccess & (Execute | GenericExecute)) !== 0) throw new StatusError(NtStatus.AccessDenied);
  return granted & ~Execute;
}

/** The stored spelling. Without it the system takes the name in upper case; with one that differs in more, it refuses. */
function normalized(found: FoundNode, { name, isCaseSensitive }: CreateRequest): string | undefined {
  if (isCaseSensitive) return undefined;
  const stored = withStream(`\\${found.names.join('\\')}`, found);
  return stored.length === name.length && upperText(stored) === upperText(name) ? stored : undefined;
}

function withStream(path: string, { stream }: FoundNode): string {
  return stream === undefined ? path : `${path}:${stream}`;
}
