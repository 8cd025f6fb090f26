/** Attributes of a snapshot's entry: those of its table, with the size of the target that a link shows. */

import type { TreeTable } from '../../../repo/tree-table.ts';
import { type Attributes, EntryKind } from '../../node.ts';
import { fillFromTable } from '../attributes.ts';
import type { Ownership } from '../ownership.ts';
import type { FolderLinks } from './folder-links.ts';

/** Fills `into` and returns it. `links` are those of the entry's folder. */
export function fillEntry(
  into: Attributes,
  table: TreeTable,
  entry: number,
  inode: bigint,
  ownership: Ownership,
  links: FolderLinks,
): Attributes {
  fillFromTable(into, table, entry, inode, ownership);
  if (into.kind === EntryKind.Symlink) into.size = links.targetLength(table, entry);
  return into;
}
