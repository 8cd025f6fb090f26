/** A hash of what an entry shows besides its attributes: its kind, size and content. Pure. */

import { hashName } from '../../../repo/name-hash.ts';
import type { TreeTable } from '../../../repo/tree-table.ts';
import { EntryKind } from '../../node.ts';

const ID_BYTES = 32;

/** Writes 64 bits, the low half first. For any entry but a folder. */
export function hashShown(table: TreeTable, entry: number, into: Uint32Array): void {
  const kind = table.kind(entry);
  if (kind === EntryKind.Symlink) {
    const target = table.linkTarget(entry);
    hashName(target, 0, target.length, into);
  } else {
    foldIds(table.content(entry), into);
  }
  const size = table.size(entry);
  into[0] = mix(into[0]! ^ kind, size) ^ table.deviceMajor(entry);
  into[1] = mix(into[1]!, Math.floor(size / 2 ** 32)) ^ table.deviceMinor(entry);
}

/** Ids are hashes themselves: two words of each are enough, and half a million of them take a few milliseconds. */
function foldIds(ids: Uint8Array, into: Uint32Array): void {
  let low = 0;
  let high = 0;
  for (let at = 0; at < ids.length; at += ID_BYTES) {
    low = mix(low, wordAt(ids, at));
    high = mix(high, wordAt(ids, at + 4));
  }
  into[0] = low;
  into[1] = high;
}

/** Depends on the order: the same parts in another order are another content. */
function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return Math.imul(mixed ^ word, 0xcc9e2d51) ^ (mixed >>> 13);
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
