/** From a path of Windows to a node, one name after the other, up to the first link on the way. */

import { EntryKind, type Node } from '../node.ts';
import { type Folder, nameOf } from './folders.ts';
import { ownerOfStream, streamEntryNames, streamName } from './streams.ts';
import { NtStatus, StatusError } from './wire/nt-status.ts';

export interface FoundNode {
  readonly node: Node;
  /** The folder that it is in; undefined for the root. */
  readonly parent: Folder | undefined;
  /** Itself, if it is a folder. */
  readonly folder: Folder | undefined;
  /** Names as they are stored, from the root to it. */
  readonly names: readonly string[];
  /** What of the path is left, if it is no folder but there should be something below it. */
  readonly rest: readonly string[];
  /** The name of the stream that `node` is; undefined for the content itself. */
  readonly stream?: string;
}

/** `\a\b` -> `a`, `b`; the root has no names. */
export function splitPath(path: string): string[] {
  return path.split('\\').filter((name) => name !== '');
}

/**
 * Rejects with StatusError ObjectNameNotFound if the last name is not there, ObjectPathNotFound if another one is not or
 * is no folder, and as Directory.list.
 */
export async function findNode(
  root: Folder,
  path: string,
  ignoreCase: boolean,
  signal: AbortSignal,
): Promise<FoundNode> {
  const wanted = splitPath(path);
  const names: string[] = [];
  let folder = root;
  for (const [at, name] of wanted.entries()) {
    const found = await folder.find(name, ignoreCase, signal);
    const isLast = at === wanted.length - 1;
    if (found === undefined) {
      throw new StatusError(isLast ? NtStatus.ObjectNameNotFound : NtStatus.ObjectPathNotFound);
    }
    const { listing, entry } = found;
    names.push(nameOf(listing, entry));
    const node = listing.node(entry);
    if (node.kind !== EntryKind.Directory) {
      const rest = wanted.slice(at + 1);
      if (node.kind === EntryKind.File && rest.length > 0) throw new StatusError(NtStatus.ObjectPathNotFound);
      return { node, parent: folder, folder: undefined, names, rest };
    }
    folder = folder.child(entry, node);
  }
  return { node: folder.directory, parent: folder.parent, folder, names, rest: [] };
}

/** The stream of what was found. Rejects with StatusError ObjectNameNotFound, and as Directory.list. */
export async function findStream(
  of: FoundNode,
  stream: string,
  ignoreCase: boolean,
  signal: AbortSignal,
): Promise<FoundNode> {
  for (const name of streamEntryNames(of.names.at(-1) ?? '', stream)) {
    const found = await of.parent?.find(name, ignoreCase, signal);
    if (found === undefined || ownerOfStream(found.listing, found.entry) === -1) continue;
    const { listing, entry } = found;
    return { ...of, node: listing.node(entry), folder: undefined, stream: streamName(listing, entry) };
  }
  throw new StatusError(NtStatus.ObjectNameNotFound);
}
