/** Attributes of what a mount shows, from what a backup stores. Knows neither names nor contents. */

import type { Timestamp } from '../../repo/repository.ts';
import type { TreeTable } from '../../repo/tree-table.ts';
import { type Attributes, EntryKind } from '../node.ts';
import type { Ownership } from './ownership.ts';

/**
 * Of every folder, always: the count of its subfolders is known only after it was read, and must not change
 * then. 1 is how file systems say that they don't count (btrfs does); 2 would say that there are no subfolders,
 * and some programs then look for none.
 */
const FOLDER_LINKS = 1;
const FOLDER_MODE = 0o555;
const LINK_MODE = 0o777;

/** Fills `into` with those of a table's entry and returns it. */
export function fillFromTable(
  into: Attributes,
  table: TreeTable,
  entry: number,
  inode: bigint,
  ownership: Ownership,
): Attributes {
  const kind = table.kind(entry);
  into.kind = kind;
  into.inode = inode;
  into.mode = ownership.mode(table.mode(entry));
  into.links = kind === EntryKind.Directory ? FOLDER_LINKS : Math.max(1, table.links(entry));
  into.uid = ownership.uid(table.uid(entry));
  into.gid = ownership.gid(table.gid(entry));
  into.size = sizeOf(table, entry, kind);
  into.deviceMajor = table.deviceMajor(entry);
  into.deviceMinor = table.deviceMinor(entry);
  into.accessSeconds = table.accessSeconds(entry);
  into.accessNanoseconds = table.accessNanoseconds(entry);
  into.modifySeconds = table.modifySeconds(entry);
  into.modifyNanoseconds = table.modifyNanoseconds(entry);
  into.changeSeconds = table.changeSeconds(entry);
  into.changeNanoseconds = table.changeNanoseconds(entry);
  return into;
}

/** Of a folder that no backup holds: those above the snapshots, and the root of a snapshot. */
export function fillFolder(
  into: Attributes,
  inode: bigint,
  owner: { uid: number; gid: number },
  time: Timestamp,
  ownership: Ownership,
): Attributes {
  fillMadeUp(into, inode, owner, time, ownership);
  into.kind = EntryKind.Directory;
  into.mode = ownership.mode(FOLDER_MODE);
  into.links = FOLDER_LINKS;
  into.size = 0;
  return into;
}

/** Of a link that no backup holds: `latest`. */
export function fillLink(
  into: Attributes,
  inode: bigint,
  owner: { uid: number; gid: number },
  time: Timestamp,
  ownership: Ownership,
  targetBytes: number,
): Attributes {
  fillMadeUp(into, inode, owner, time, ownership);
  into.kind = EntryKind.Symlink;
  into.mode = ownership.mode(LINK_MODE);
  into.links = 1;
  into.size = targetBytes;
  return into;
}

function fillMadeUp(
  into: Attributes,
  inode: bigint,
  owner: { uid: number; gid: number },
  time: Timestamp,
  ownership: Ownership,
): void {
  into.inode = inode;
  into.uid = ownership.uid(owner.uid);
  into.gid = ownership.gid(owner.gid);
  into.deviceMajor = 0;
  into.deviceMinor = 0;
  into.accessSeconds = time.seconds;
  into.accessNanoseconds = time.nanoseconds;
  into.modifySeconds = time.seconds;
  into.modifyNanoseconds = time.nanoseconds;
  into.changeSeconds = time.seconds;
  into.changeNanoseconds = time.nanoseconds;
}

function sizeOf(table: TreeTable, entry: number, kind: EntryKind): number {
  if (kind === EntryKind.File) return table.size(entry);
  return kind === EntryKind.Symlink ? table.linkTargetLength(entry) : 0;
}
