/** QueryDirectory: a listing in pieces, each beginning behind the last name that the reader has got. */

import { FsError } from '../../errors.ts';
import { EntryKind, type Listing, type Node } from '../../node.ts';
import type { Call } from '../call.ts';
import { describeNode } from '../describe-node.ts';
import { nameOf } from '../folders.ts';
import type { OpenNode } from '../open-files.ts';
import { ownerOfStream } from '../streams.ts';
import { DirectoryBuffer } from '../wire/directory-buffer.ts';
import type { FileInfo } from '../wire/file-info.ts';
import type { QueryDirectoryRequest } from '../wire/request.ts';
import type { OperationContext } from './context.ts';

/** `.` and `..` stand before the entries, in every folder but the root. */
const DOT = -2;
const DOT_DOT = -1;

export async function queryDirectory(
  context: OperationContext,
  request: QueryDirectoryRequest,
  call: Call,
): Promise<void> {
  const open = context.files.get(request.handle);
  if (open.folder === undefined) throw new FsError('ENOTDIR');
  const isName = request.pattern !== undefined && request.isPatternName;
  if (isName) return answerOne(context, request, open, call);
  // From the start, what was added since is listed too; a piece goes on in the listing that it was begun in.
  if (open.listing === undefined || request.marker === undefined) {
    open.listing = await open.folder.directory.list(call.signal);
  }
  const piece = pieceOf(context, request.length);
  fill(piece, context, open, open.listing, placeAfter(open.listing, open, request.marker));
  call.sendBytes(request.address, [piece.written()]);
}

/** The one entry with this name, if it is there. */
async function answerOne(
  context: OperationContext,
  { pattern, marker, address, length, isCaseSensitive }: QueryDirectoryRequest,
  open: OpenNode,
  call: Call,
): Promise<void> {
  const found =
    marker === undefined ? await open.folder!.find(pattern!, !isCaseSensitive, call.signal) : undefined;
  const piece = pieceOf(context, length);
  if (found !== undefined && isListed(found.listing, found.entry)) {
    const { listing, entry } = found;
    if (piece.add(nameOf(listing, entry), entryInfo(context, listing, entry))) piece.end();
  } else piece.end();
  call.sendBytes(address, [piece.written()]);
}

function fill(
  piece: DirectoryBuffer,
  context: OperationContext,
  open: OpenNode,
  listing: Listing,
  from: number,
): void {
  for (let at = from; at < listing.end; at++) {
    if (at >= 0 && !isListed(listing, at)) continue;
    if (!addAt(piece, context, open, listing, at)) return;
  }
  piece.end();
}

/** Streams are no entries of their own. */
function isListed(listing: Listing, entry: number): boolean {
  return listing.has(entry) && ownerOfStream(listing, entry) === -1;
}

function addAt(
  piece: DirectoryBuffer,
  context: OperationContext,
  { folder }: OpenNode,
  listing: Listing,
  at: number,
): boolean {
  if (at >= 0) return piece.add(nameOf(listing, at), entryInfo(context, listing, at));
  const node = at === DOT ? folder!.directory : (folder!.parent ?? folder!).directory;
  return piece.add(at === DOT ? '.' : '..', nodeInfo(context, node));
}

/**
 * Entries keep their order and their numbers, so a name says where to go on. One that is gone since cannot be among
 * those of the listing that was begun; a reader who made it up gets no more.
 */
function placeAfter(listing: Listing, { folder }: OpenNode, marker: string | undefined): number {
  const isRoot = folder?.parent === undefined;
  if (marker === undefined) return isRoot ? 0 : DOT;
  if (!isRoot && marker === '.') return DOT_DOT;
  if (!isRoot && marker === '..') return 0;
  const entry = listing.find(Buffer.from(marker));
  return entry === -1 ? listing.end : entry + 1;
}

function entryInfo({ info, attributes }: OperationContext, listing: Listing, entry: number): FileInfo {
  const node = listing.node(entry);
  // No more than is known: a listing must not load a folder for each of its links.
  const leadsToFolder = node.kind === EntryKind.Symlink && node.leadsToFolder === true;
  const facts = node.storedFacts?.() ?? {};
  return describeNode(info, listing.attributes(entry, attributes), facts, leadsToFolder);
}

function nodeInfo({ info }: OperationContext, node: Node): FileInfo {
  return describeNode(info, node.attributes, node.storedFacts?.() ?? {}, false);
}

function pieceOf({ piece }: OperationContext, length: number): DirectoryBuffer {
  return new DirectoryBuffer(piece.subarray(0, length));
}
