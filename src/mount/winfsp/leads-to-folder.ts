/** Whether a link leads to a folder, for whoever opens the link itself: its target is looked up, as when it is followed. */

import { EntryKind } from '../node.ts';
import { type FoundNode, findNode } from './find-node.ts';
import type { Folder } from './folders.ts';
import { followLink } from './links/follow-link.ts';
import { statusOf } from './wire/nt-status.ts';

/** As many as Windows follows before it gives up. */
const MOST_LINKS = 63;

/** False for what is no link, for one that leads nowhere, and for one of Windows, of which the backup says it. */
export async function leadsToFolder(found: FoundNode, root: Folder, signal: AbortSignal): Promise<boolean> {
  const { node } = found;
  if (node.kind !== EntryKind.Symlink || node.storedFacts?.().fileAttributes !== undefined) return false;
  if (node.leadsToFolder !== undefined) return node.leadsToFolder;
  try {
    return await endsAtFolder(found, root, signal);
  } catch (problem) {
    signal.throwIfAborted();
    if (statusOf(problem) === undefined) throw problem;
    return false;
  }
}

async function endsAtFolder(found: FoundNode, root: Folder, signal: AbortSignal): Promise<boolean> {
  let at = found;
  for (let count = 0; count < MOST_LINKS && at.node.kind === EntryKind.Symlink; count++) {
    // The drives of this machine are not looked into, wherever links lead.
    const way = await followLink(at, false, signal);
    at = await findNode(root, way.path, true, signal);
  }
  return at.node.kind === EntryKind.Directory;
}
