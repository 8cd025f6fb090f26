/** Short ways to look into a directory. For tests of the view. */

import type { Directory, Listing, Node } from '../../node.ts';

export const never: AbortSignal = new AbortController().signal;

/** The names of a listing, in the order of their entries. */
export function namesOf(listing: Listing): string[] {
  const names: string[] = [];
  for (let entry = 0; entry < listing.end; entry++) {
    if (listing.has(entry)) names.push(Buffer.from(listing.name(entry)).toString('latin1'));
  }
  return names;
}

export async function listNames(directory: Directory): Promise<string[]> {
  return namesOf(await directory.list(never));
}

export async function childOf(directory: Directory, name: string): Promise<Node> {
  const listing = await directory.list(never);
  return listing.node(listing.find(Buffer.from(name, 'latin1')));
}
