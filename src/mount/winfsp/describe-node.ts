/** What Windows is told of a node: attributes of the view, and what the backup says of Windows' own. Pure. */

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

/** Fills `into` and returns it. */
export function describeNode(into: FileInfo, attributes: Readonly<Attributes>, facts: StoredFacts): FileInfo {
  const { kind } = attributes;
  const tag = reparseTagOf(kind, facts);
  const stored = facts.fileAttributes ?? 0;
  // A link has the bit that its target has: only the backup knows without looking there.
  const isDirectory = kind === EntryKind.Directory || (tag !== 0 && (stored & FileAttribute.Directory) !== 0);
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
