/** LOOKUP, GETATTR, STATX, READLINK, STATFS: what a name leads to and what an inode is. */

import { FsError } from '../../errors.ts';
import { EntryKind, type Node } from '../../node.ts';
import { fromFiletime } from '../../stored-attributes.ts';
import type { Call } from '../call.ts';
import type { DirectorySlot } from '../inode-table.ts';
import { writeAttributesAnswer, writeEntry, writeMissingEntry, writeStatistics } from '../wire/reply.ts';
import type { RequestOf } from '../wire/request.ts';
import { type CreationTime, writeStatxAnswer } from '../wire/statx-reply.ts';
import type { OperationContext } from './context.ts';

/** The kernel holds the directory locked meanwhile (shared, with PARALLEL_DIROPS) and counts one lookup. */
export async function lookup(
  context: OperationContext,
  request: RequestOf<'lookup'>,
  call: Call,
): Promise<void> {
  const slot = await context.inodes.pin(request.node, call.signal);
  try {
    const listing = await slot.directory.list(call.signal);
    const entry = listing.find(request.name);
    if (entry < 0) return answerMissing(context, slot, call);
    if (listing.kind(entry) !== EntryKind.Directory) context.ahead.asked();
    const id = context.inodes.remember(slot, listing, entry);
    const attributes = listing.attributes(entry, context.attributes);
    writeEntry(call.begin(), id, attributes, context.validities.ofEntry(slot.directory, listing, entry));
    if (!call.send()) context.inodes.forget(id, 1);
  } finally {
    context.inodes.unpin(slot);
  }
}

/** Nodeid 0 lets the kernel remember that the name is missing; ENOENT makes it ask each time. */
function answerMissing(context: OperationContext, slot: DirectorySlot, call: Call): void {
  if (slot.directory.changes) throw new FsError('ENOENT');
  writeMissingEntry(call.begin(), context.validities.missing);
  call.send();
}

/** Asked when attributes are not, or no longer, believed. */
export async function getattr(
  context: OperationContext,
  request: RequestOf<'getattr'>,
  call: Call,
): Promise<void> {
  const at = await context.inodes.locate(request.node, call.signal);
  if (at.slot) {
    const { directory, parent } = at.slot;
    const valid = context.validities.ofDirectory(directory.changes || parent?.directory.changes === true);
    writeAttributesAnswer(call.begin(), directory.attributes, valid);
  } else {
    const attributes = at.listing.attributes(at.entry, context.attributes);
    const valid = context.validities.ofEntry(at.parent.directory, at.listing, at.entry).attributes;
    writeAttributesAnswer(call.begin(), attributes, valid);
  }
  call.send();
}

/**
 * From Linux 6.6 on, when a program wants the time of creation, as `stat` and Node do: one more request for each file,
 * whose other attributes the kernel has from the listing. Where no backup has any it is told by ENOSYS never to ask.
 */
export async function statx(
  context: OperationContext,
  request: RequestOf<'statx'>,
  call: Call,
): Promise<void> {
  if (!context.view.hasCreationTimes) throw new FsError('ENOSYS');
  const at = await context.inodes.locate(request.node, call.signal);
  if (at.slot) {
    const { directory, parent } = at.slot;
    const valid = context.validities.ofDirectory(directory.changes || parent?.directory.changes === true);
    writeStatxAnswer(call.begin(), directory.attributes, creationTimeOf(directory), valid);
  } else {
    const created = creationTimeOf(at.listing.node(at.entry));
    const attributes = at.listing.attributes(at.entry, context.attributes);
    const valid = context.validities.ofEntry(at.parent.directory, at.listing, at.entry).attributes;
    writeStatxAnswer(call.begin(), attributes, created, valid);
  }
  call.send();
}

function creationTimeOf(node: Node): CreationTime | undefined {
  const filetime = node.storedFacts?.().creationTime;
  return filetime === undefined ? undefined : fromFiletime(filetime);
}

/** The target without a NUL; asked once an inode, the page cache keeps it (CACHE_SYMLINKS). */
export async function readlink(
  context: OperationContext,
  request: RequestOf<'readlink'>,
  call: Call,
): Promise<void> {
  const node = await context.inodes.node(request.node, call.signal);
  if (node.kind !== EntryKind.Symlink) throw new FsError('EINVAL', 'Not a symbolic link');
  call.sendSlices([await node.target(call.signal)]);
}

export function statfs(context: OperationContext, call: Call): void {
  writeStatistics(call.begin(), context.view.statistics());
  call.send();
}
