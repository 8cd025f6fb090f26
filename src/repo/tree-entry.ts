/** One entry of a folder on its way into a TreeTable: what decoders fill and TreeTableBuilder copies. */

import { EntryKind } from '../entry-kind.ts';
import type { NamedValue } from './tree-table.ts';
import type { WindowsAttributes } from './windows-attributes.ts';

/** One entry on its way into a table; mutable so that a decoder can use the same for entry after entry. */
export interface TreeEntry {
  name: Uint8Array;
  kind: EntryKind;
  /** Of a kind that the format names and does not describe: its kind here is the nearest there is. */
  irregular: boolean;
  /** Only the 0o7777 bits are kept. */
  mode: number;
  uid: number;
  gid: number;
  /** Any count; clamped to 2^32-1. */
  links: number;
  /** Below 2^53. */
  size: number;
  deviceMajor: number;
  deviceMinor: number;
  sourceDeviceHigh: number;
  sourceDeviceLow: number;
  sourceInodeHigh: number;
  sourceInodeLow: number;
  accessSeconds: number;
  accessNanoseconds: number;
  modifySeconds: number;
  modifyNanoseconds: number;
  changeSeconds: number;
  changeNanoseconds: number;
  /** Kept for symlinks only. */
  linkTarget: Uint8Array;
  /** Kept for folders only: 32 bytes or none. */
  subtree: Uint8Array;
  /** Kept for files only: 32 bytes a part. */
  content: Uint8Array;
  extendedAttributes: readonly NamedValue[];
  /** Of an entry that was backed up on Windows. Arrays in it are never written to again. */
  windows: WindowsAttributes | undefined;
}

const NOTHING = new Uint8Array(0);
const NO_ATTRIBUTES: readonly NamedValue[] = [];

/** An entry with everything zero or empty but `values`. */
export function makeTreeEntry(values: Partial<TreeEntry> = {}): TreeEntry {
  return { ...BLANK, ...values };
}

/** Makes the entry as if it were new. Spelled out, for Object.assign takes a tenth of a folder's decoding. */
export function clearTreeEntry(entry: TreeEntry): void {
  entry.name = NOTHING;
  entry.kind = EntryKind.File;
  entry.irregular = false;
  entry.mode = 0;
  entry.uid = 0;
  entry.gid = 0;
  entry.links = 0;
  entry.size = 0;
  entry.deviceMajor = 0;
  entry.deviceMinor = 0;
  entry.sourceDeviceHigh = 0;
  entry.sourceDeviceLow = 0;
  entry.sourceInodeHigh = 0;
  entry.sourceInodeLow = 0;
  entry.accessSeconds = 0;
  entry.accessNanoseconds = 0;
  entry.modifySeconds = 0;
  entry.modifyNanoseconds = 0;
  entry.changeSeconds = 0;
  entry.changeNanoseconds = 0;
  entry.linkTarget = NOTHING;
  entry.subtree = NOTHING;
  entry.content = NOTHING;
  entry.extendedAttributes = NO_ATTRIBUTES;
  entry.windows = undefined;
}

const BLANK: Readonly<TreeEntry> = {
  name: NOTHING,
  kind: EntryKind.File,
  irregular: false,
  mode: 0,
  uid: 0,
  gid: 0,
  links: 0,
  size: 0,
  deviceMajor: 0,
  deviceMinor: 0,
  sourceDeviceHigh: 0,
  sourceDeviceLow: 0,
  sourceInodeHigh: 0,
  sourceInodeLow: 0,
  accessSeconds: 0,
  accessNanoseconds: 0,
  modifySeconds: 0,
  modifyNanoseconds: 0,
  changeSeconds: 0,
  changeNanoseconds: 0,
  linkTarget: NOTHING,
  subtree: NOTHING,
  content: NOTHING,
  extendedAttributes: NO_ATTRIBUTES,
  windows: undefined,
};
