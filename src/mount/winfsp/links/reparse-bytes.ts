/**
 * The reparse point that Windows is shown of a link or a special file: as it was stored, or the one that says the same
 * as what was stored. Where a link leads by the mount's policy is no part of it. Pure.
 */

import { parseNtPath } from '../../../reparse/nt-path.ts';
import { decodeReparseBuffer, encodeReparseBuffer } from '../../../reparse/reparse-buffer.ts';
import { ReparseError } from '../../../reparse/reparse-error.ts';
import { ReparseTag } from '../../../reparse/reparse-tags.ts';
import { EntryKind, type Node, type StoredFacts } from '../../node.ts';

/** Tags of [MS-FSCC] 2.1.2.1 for special files of the Windows Subsystem for Linux. */
const WSL_FIFO = 0x8000_0024;
const WSL_CHAR_DEVICE = 0x8000_0025;
const WSL_BLOCK_DEVICE = 0x8000_0026;

/** 0 for what is no reparse point: files and folders are what they hold, whatever they were on the way. */
export function reparseTagOf(kind: EntryKind, facts: StoredFacts): number {
  switch (kind) {
    case EntryKind.Symlink:
      return readStored(facts.reparsePoint)?.tag ?? facts.reparseTag?.tag ?? ReparseTag.Symlink;
    case EntryKind.Fifo:
      return WSL_FIFO;
    case EntryKind.CharDevice:
      return WSL_CHAR_DEVICE;
    case EntryKind.BlockDevice:
      return WSL_BLOCK_DEVICE;
    case EntryKind.Socket:
      return ReparseTag.AfUnix;
    default:
      return 0;
  }
}

/** A complete REPARSE_DATA_BUFFER; undefined for what is none. Rejects as Symlink.target, or with ReparseError. */
export async function reparseBytesOf(node: Node, signal: AbortSignal): Promise<Uint8Array | undefined> {
  const facts = node.storedFacts?.() ?? {};
  const tag = reparseTagOf(node.kind, facts);
  if (tag === 0) return undefined;
  if (tag === ReparseTag.AfUnix) return encodeReparseBuffer({ kind: 'af-unix' });
  if (node.kind !== EntryKind.Symlink) {
    return encodeReparseBuffer({ kind: 'opaque', tag, guid: undefined, data: new Uint8Array() });
  }
  const stored = readStored(facts.reparsePoint);
  if (stored !== undefined) return stored.bytes;
  const target = Buffer.from(facts.target ?? (await node.target(signal))).toString();
  return linkBuffer(tag, target);
}

/** Of a target as restic stores it. */
export function linkBuffer(tag: number, target: string): Uint8Array {
  const path = parseNtPath(target);
  const isRelative = path.kind === 'relative' || path.kind === 'rooted' || path.kind === 'drive-relative';
  const substituteName = isRelative ? target.replaceAll('/', '\\') : kernelPath(target);
  if (tag === ReparseTag.MountPoint && !isRelative) {
    return encodeReparseBuffer({ kind: 'mount-point', substituteName, printName: target });
  }
  return encodeReparseBuffer({
    kind: 'symlink',
    substituteName,
    printName: isRelative ? substituteName : target,
    relative: isRelative,
    reservedFlags: 0,
  });
}

/** `C:\a`, `\\server\share` and `\\?\C:\a` as the kernel's names have them: `\??\C:\a`, `\??\UNC\server\share`. */
export function kernelPath(target: string): string {
  const path = target.replaceAll('/', '\\');
  if (path.startsWith('\\??\\')) return path;
  if (/^\\\\[?.]\\/.test(path)) return `\\??\\${path.slice(4)}`;
  return path.startsWith('\\\\') ? `\\??\\UNC\\${path.slice(2)}` : `\\??\\${path}`;
}

function readStored(bytes: Uint8Array | undefined): { tag: number; bytes: Uint8Array } | undefined {
  if (bytes === undefined) return undefined;
  try {
    decodeReparseBuffer(bytes);
    return { tag: Buffer.from(bytes).readUInt32LE(0), bytes };
  } catch (problem) {
    // The kernel would not take it either.
    if (problem instanceof ReparseError) return undefined;
    throw problem;
  }
}
