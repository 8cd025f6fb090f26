/** Where a path goes on that meets a link: within the volume, out of it, or nowhere. Pure but for the link's own target. */

import { parseNtPath } from '../../../reparse/nt-path.ts';
import { ReparseTag } from '../../../reparse/reparse-tags.ts';
import { EntryKind, type Node } from '../../node.ts';
import { NtStatus, StatusError } from '../wire/nt-status.ts';
import { MAX_RESPONSE_DATA_BYTES } from '../wire/response.ts';
import { kernelPath, reparseTagOf } from './reparse-bytes.ts';

export type Way =
  /** A path from the volume's root. */
  | { readonly kind: 'inside'; readonly path: string }
  /** A path of the kernel's names: `\??\C:\Users`. */
  | { readonly kind: 'outside'; readonly path: string };

export interface LinkOnPath {
  readonly node: Node;
  /** Names from the root to the link, as they are stored. */
  readonly names: readonly string[];
  /** What follows the link in the path. */
  readonly rest: readonly string[];
}

/** What a response has room for, behind the fields of a reparse point. */
const MOST_UNITS = Math.floor((MAX_RESPONSE_DATA_BYTES - 20) / 2);

/**
 * `leavesVolume`: whether a target that Windows takes for a path of this machine is followed, as it is with the policy
 * `stored`. Rejects with StatusError ReparseTagNotHandled for what leads nowhere, and as Symlink.target.
 */
export async function followLink(
  { node, names, rest }: LinkOnPath,
  leavesVolume: boolean,
  signal: AbortSignal,
): Promise<Way> {
  const tag = reparseTagOf(node.kind, node.storedFacts?.() ?? {});
  if (node.kind !== EntryKind.Symlink || !FOLLOWED.includes(tag)) throw nowhere();
  const target = Buffer.from(await node.target(signal)).toString();
  const way = wayOf(target, names.slice(0, -1), rest, leavesVolume);
  if (way.path.length > MOST_UNITS) throw new StatusError(NtStatus.ReparsePointNotResolved);
  return way;
}

const FOLLOWED: readonly number[] = [ReparseTag.MountPoint, ReparseTag.Symlink, ReparseTag.WslSymlink];

/** `folder`: names of the folder that the link is in. The view has made relative what lies inside the snapshot. */
export function wayOf(
  target: string,
  folder: readonly string[],
  rest: readonly string[],
  leavesVolume: boolean,
): Way {
  const path = parseNtPath(target);
  if (path.kind === 'relative') {
    return { kind: 'inside', path: `\\${[...resolve(folder, path.parts), ...rest].join('\\')}` };
  }
  const isOfMachine = path.kind === 'drive' || path.kind === 'unc' || path.kind === 'volume';
  if (!isOfMachine || !leavesVolume) throw nowhere();
  return { kind: 'outside', path: [kernelPath(target).replace(/\\+$/, ''), ...rest].join('\\') };
}

/** `..` takes the name before it away, and at the root it says nothing. */
function resolve(folder: readonly string[], parts: readonly string[]): readonly string[] {
  const names = [...folder];
  for (const part of parts) {
    if (part === '..') names.pop();
    else if (part !== '.') names.push(part);
  }
  return names;
}

function nowhere(): StatusError {
  return new StatusError(NtStatus.ReparseTagNotHandled);
}
