/** LOOKUP, GETATTR, READLINK, STATFS: what a name leads to and what an inode is. */

import { FsError } from '../../errors.ts';
import { EntryKind } from '../../node.ts';
import type { Call } from '../call.ts';
import type { DirectorySlot } from '../inode-table.ts';
import { writeAttributesAnswer, writeEntry, writeMissingEntry, writeStatistics } from '../wire/reply.ts';
import type { RequestOf } from '../wire/request.ts';
import { entryValidity, FOR_EVER, type OperationContext } from './context.ts';

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
    if (entry < 0) return answerMissing(slot, call);
    const id = context.inodes.remember(slot, listing, entry);
    const attributes = listing.attributes(entry, context.attributes);
    writeEntry(call.begin(), id, attributes, entryValidity(slot.directory, listing, entry));
    if (!call.send()) context.inodes.forget(id, 1);
  } finally {
    context.inodes.unpin(slot);
  }
}

/** Nodeid 0 lets the kernel remember that the name is missing; ENOENT makes it ask each time. */
function answerMissing(slot: DirectorySlot, call: Call): void {
  if (slot.directory.changes) throw new FsError('ENOENT');
  writeMissingEntry(call.begin(), FOR_EVER);
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
    const changes = at.slot.directory.changes || at.slot.parent?.directory.changes;
    writeAttributesAnswer(call.begin(), at.slot.directory.attributes, changes ? 1 : FOR_EVER);
  } else {
    const attributes = at.listing.attributes(at.entry, context.attributes);
    const seconds = entryValidity(at.parent.directory, at.listing, at.entry).attributes;
    writeAttributesAnswer(call.begin(), attributes, seconds);
  }
  call.send();
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
