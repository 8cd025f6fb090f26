/**
 * The tag of an entry's reparse point: stored, encoded by Wine, or inferred. restic keeps no tag, so that a junction and
 * a symbolic link to a folder look the same but for where they can lead. Pure.
 */

import { EntryKind } from '../../../entry-kind.ts';
import type { NtPath } from '../../../reparse/nt-path.ts';
import { ReparseTag } from '../../../reparse/reparse-tags.ts';
import type { TreeTable } from '../../../repo/tree-table.ts';
import type { ReparseTagFact } from '../../node.ts';
import type { LinkOptions } from './link-options.ts';
import { readReparsePoint, readStoredLink } from './stored-link.ts';

/** FILE_ATTRIBUTE_DIRECTORY and FILE_ATTRIBUTE_REPARSE_POINT of [MS-FSCC] 2.6. */
const DIRECTORY = 0x10;
const REPARSE_POINT = 0x400;

/** Undefined for what is no reparse point, and where nothing speaks for any tag. */
export function findReparseTag(
  table: TreeTable,
  entry: number,
  onWindows: boolean,
  folderLinks: LinkOptions['folderLinks'],
): ReparseTagFact | undefined {
  const windows = table.windowsAttributes(entry);
  if (windows?.reparsePoint !== undefined && readReparsePoint(windows.reparsePoint) !== undefined) {
    return { tag: Buffer.from(windows.reparsePoint).readUInt32LE(0), source: 'stored' };
  }
  if (table.kind(entry) !== EntryKind.Symlink) return undefined;
  const link = readStoredLink(table, entry, onWindows);
  if (link.origin === 'wine') return { tag: link.link.tag, source: 'wine' };
  if (link.origin !== 'windows') return undefined;
  const tag = infer(link.path, windows?.fileAttributes, folderLinks);
  return tag === undefined ? undefined : { tag, source: 'inferred' };
}

/**
 * A junction leads to a folder by an absolute path on a drive or a volume, never to a share. So can a symbolic link to a
 * folder, but people need a right for that one, and Windows itself and most programs make junctions.
 */
function infer(
  path: NtPath,
  attributes: number | undefined,
  folderLinks: LinkOptions['folderLinks'],
): number | undefined {
  const canBeJunction = path.kind === 'drive' || path.kind === 'volume';
  if (!canBeJunction) return ReparseTag.Symlink;
  if (attributes === undefined) return undefined;
  if ((attributes & REPARSE_POINT) === 0) return undefined;
  const isFolder = (attributes & DIRECTORY) !== 0;
  return isFolder && folderLinks === 'junction' ? ReparseTag.MountPoint : ReparseTag.Symlink;
}
