/** What Windows is told of a node: attributes of the view, and what the backup says of Windows' own. Pure. */

import { ReparseTag } from '../../reparse/reparse-tags.ts';
import { type Attributes, EntryKind, type StoredFacts } from '../node.ts';
import { reparseTagOf } from './links/reparse-bytes.ts';
import { FileAttribute } from './wire/constants.ts';
import type { FileInfo } from './wire/file-info.ts';
import { fileTime } from './wire/file-time.ts';
import { ALLOCATION_UNIT_BYTES } from './wire/volume-params.ts';

/** Others say how a volume stored the file (compressed, in the cloud), which is not how this one does. */
const KEPT_ATTRIBUTES =
  FileAttribute.ReadOnly |
  FileAttribute.Hidden |
  FileAttribute.System |
  FileAttribute.Archive |
  FileAttribute.NotContentIndexed;

/**
 * Fills `into` and returns it. A link has the bit of a folder if its target is one (`leadsToFolder`), which the backup of
 * a Windows machine says: programs look at the bit before they go anywhere.
 */
export function describeNode(
  into: FileInfo,
  attributes: Readonly<Attributes>,
  facts: StoredFacts,
  leadsToFolder: boolean,
): FileInfo {
  const { kind } = attributes;
  const tag = reparseTagOf(kind, facts);
  const stored = facts.fileAttributes ?? 0;
  const isFolderLink =
    leadsToFolder || (stored & FileAttribute.Directory) !== 0 || tag === ReparseTag.MountPoint;
  const isDirectory = kind === EntryKind.Directory || (tag !== 0 && isFolderLink);
  const bits =
    (stored & KEPT_ATTRIBUTES) |
    (isDirectory ? FileAttribute.Directory : 0) |
    (tag === 0 ? 0 : FileAttribute.ReparsePoint);
  into.attributes = bits === 0 ? FileAttribute.Normal : bits;
  into.reparseTag = tag;
  into.size = kind === EntryKind.File ? attributes.size : 0;
  into.allocationSize = allocated(into.size);
  into.accessTime = fileTime(attributes.accessSeconds, attributes.accessNanoseconds);
  into.writeTime = fileTime(attributes.modifySeconds, attributes.modifyNanoseconds);
  into.changeTime = fileTime(attributes.changeSeconds, attributes.changeNanoseconds);
  into.creationTime = facts.creationTime ?? into.writeTime;
  into.index = attributes.inode;
  return into;
}

/** Whole units, as many bytes as the size takes. */
export function allocated(size: number): number {
  return Math.ceil(size / ALLOCATION_UNIT_BYTES) * ALLOCATION_UNIT_BYTES;
}
