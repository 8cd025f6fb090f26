/**
 * OPENDIR, READDIR, READDIRPLUS, RELEASEDIR. Offsets in a stream: 1 is after `.`, 2 after `..`, n + 3 after
 * entry n; they mean the same in every stream of a directory, so that any of them can go on anywhere.
 */

import { EntryKind, type Listing } from '../../node.ts';
import type { Style } from '../ahead/walk-ahead.ts';
import type { Call } from '../call.ts';
import { OpenFlag } from '../constants.ts';
import type { DirectorySlot } from '../inode-table.ts';
import type { WireWriter } from '../wire/cursor.ts';
import { direntSize, ENTRY_SIZE, writeDirent, writeEntry, writeOpened } from '../wire/reply.ts';
import type { NodeId, RequestOf } from '../wire/request.ts';
import type { OperationContext } from './context.ts';

const DOT = Uint8Array.of(0x2e);
const DOT_DOT = Uint8Array.of(0x2e, 0x2e);
const FIRST_ENTRY = 2;

/** Lists at once, so that a folder that cannot be read fails where programs look for it: at opendir(3). */
export async function opendir(
  context: OperationContext,
  request: RequestOf<'opendir'>,
  call: Call,
): Promise<void> {
  const slot = await context.inodes.pin(request.node, call.signal);
  let handle = 0;
  try {
    const listing = await slot.directory.list(call.signal);
    const style = context.ahead.styleFor(slot, listing);
    handle = context.directories.add({ slot, style });
    writeOpened(call.begin(), handle, cachingOf(slot, style));
    if (call.send()) {
      context.ahead.entered(slot);
      return;
    }
  } catch (problem) {
    close(context, handle, slot);
    throw problem;
  }
  close(context, handle, slot);
}

export function releasedir(context: OperationContext, request: RequestOf<'releasedir'>, call: Call): void {
  const folder = context.directories.remove(request.handle);
  if (folder) context.inodes.unpin(folder.slot);
  call.succeed();
}

export function readdir(context: OperationContext, request: RequestOf<'readdir'>, call: Call): Promise<void> {
  return answerEntries(context, request, call, false);
}

/** Each entry with what a LOOKUP would have answered, counted as one; not for `.` and `..`. */
export function readdirplus(
  context: OperationContext,
  request: RequestOf<'readdirplus'>,
  call: Call,
): Promise<void> {
  return answerEntries(context, request, call, true);
}

async function answerEntries(
  context: OperationContext,
  request: RequestOf<'readdir' | 'readdirplus'>,
  call: Call,
  plus: boolean,
): Promise<void> {
  const { slot, style } = context.directories.get(request.handle);
  const listing = await slot.directory.list(call.signal);
  const out = call.begin();
  const limit = Math.min(request.size, out.size);
  const remembered: NodeId[] = [];
  for (let at = request.offset; at < listing.end + FIRST_ENTRY; at++) {
    if (!isPresent(listing, at)) continue;
    const name = nameAt(listing, at);
    const size = direntSize(name) + (plus ? ENTRY_SIZE : 0);
    if (out.position + size > limit) break;
    if (plus && isNameOnly(style, listing, at)) out.zeros(ENTRY_SIZE);
    else if (plus) remembered.push(writeEntryOf(context, out, slot, listing, at - FIRST_ENTRY));
    writeDirentAt(out, slot, listing, at, name);
  }
  if (call.send()) {
    if (plus && request.offset === 0) context.ahead.listed(slot, listing);
  } else for (const id of remembered) context.inodes.forget(id, 1);
}

function close(context: OperationContext, handle: number, slot: DirectorySlot): void {
  context.directories.remove(handle);
  context.inodes.unpin(slot);
}

/** What was listed by names alone is not kept: whoever lists it next may want more of it. */
function cachingOf(slot: DirectorySlot, style: Style): number {
  return slot.directory.changes || style.name === 'names' ? 0 : OpenFlag.CacheDir | OpenFlag.KeepCache;
}

/** Nodeid 0: the kernel asks for the entry when a program does. Folders are gone into, whatever is wanted of files. */
function isNameOnly(style: Style, listing: Listing, at: number): boolean {
  if (at < FIRST_ENTRY) return true;
  const entry = at - FIRST_ENTRY;
  if (style.name === 'names') return listing.kind(entry) !== EntryKind.Directory;
  return style.name === 'marked' && entry === style.mark;
}

function isPresent(listing: Listing, at: number): boolean {
  return at < FIRST_ENTRY || listing.has(at - FIRST_ENTRY);
}

function nameAt(listing: Listing, at: number): Uint8Array {
  if (at === 0) return DOT;
  return at === 1 ? DOT_DOT : listing.name(at - FIRST_ENTRY);
}

function writeEntryOf(
  context: OperationContext,
  out: WireWriter,
  slot: DirectorySlot,
  listing: Listing,
  entry: number,
): NodeId {
  const id = context.inodes.remember(slot, listing, entry);
  const attributes = listing.attributes(entry, context.attributes);
  writeEntry(out, id, attributes, context.validities.ofEntry(slot.directory, listing, entry));
  return id;
}

function writeDirentAt(
  out: WireWriter,
  slot: DirectorySlot,
  listing: Listing,
  at: number,
  name: Uint8Array,
): void {
  if (at >= FIRST_ENTRY) {
    const entry = at - FIRST_ENTRY;
    writeDirent(out, listing.inode(entry), at + 1, listing.kind(entry), name);
  } else {
    const { directory } = at === 0 ? slot : (slot.parent ?? slot);
    writeDirent(out, directory.attributes.inode, at + 1, EntryKind.Directory, name);
  }
}
