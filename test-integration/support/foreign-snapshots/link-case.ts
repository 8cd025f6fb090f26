/** Links of the trees beside this file, with what each of them means: the table that tests of links go through. */

import type { Row, SymlinkNode } from '../restic-writer/node.ts';

/**
 * Where a link leads when its absolute target is looked for in its own snapshot: to a path of the snapshot, out of it,
 * to nothing that the snapshot holds, around in a circle, or on through more links than Linux follows: 40, and a path
 * through `latest` has one before.
 */
export type Destination = { readonly path: string } | 'outside' | 'nowhere' | 'circle' | 'too many';

export interface LinkCase {
  /** From the snapshot's root, without a leading `/`. */
  readonly path: string;
  readonly node: SymlinkNode;
  readonly leadsTo: Destination;
}

export function leads(path: string, node: SymlinkNode, leadsTo: Destination): LinkCase {
  return { path, node, leadsTo };
}

export function linkRows(links: readonly LinkCase[]): Row[] {
  return links.map(({ path, node }) => [path, node]);
}
