/** What the operations of one mount share. */

import type { Reporter } from '../../../report.ts';
import type { Attributes, Directory, Listing, View } from '../../node.ts';
import { EntryKind } from '../../node.ts';
import type { Handles } from '../handles.ts';
import type { DirectorySlot, InodeTable } from '../inode-table.ts';
import type { RecentFiles } from '../recent-files.ts';
import type { Validity } from '../wire/reply.ts';

export interface OperationContext {
  readonly view: View;
  readonly inodes: InodeTable;
  readonly files: RecentFiles;
  readonly directories: Handles<DirectorySlot>;
  /** Filled by listings for one entry at a time; never kept over an await. */
  readonly attributes: Attributes;
  readonly reporter: Reporter;
}

/** Seconds. A snapshot never changes; a year is as good as for ever and far from any kernel's overflow. */
export const FOR_EVER = 365 * 24 * 3600;

/** Seconds in folders that change; notifications are faster, this is for those that get lost. */
const SOON = 1;

const LASTING: Validity = { entry: FOR_EVER, attributes: FOR_EVER };
const CHANGING_CONTENT: Validity = { entry: FOR_EVER, attributes: SOON };
const PASSING: Validity = { entry: SOON, attributes: SOON };

/** How long the kernel may believe what it is told about an entry. */
export function entryValidity(directory: Directory, listing: Listing, entry: number): Validity {
  if (directory.changes) return PASSING;
  if (listing.kind(entry) !== EntryKind.Directory) return LASTING;
  const node = listing.node(entry);
  return node.kind === EntryKind.Directory && node.changes ? CHANGING_CONTENT : LASTING;
}
