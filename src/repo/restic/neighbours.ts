/** Which blobs lie so close together in a pack that one read gets them all. Pure. */

import type { BlobLocation } from './index/blob-index.ts';

/** A piece of a pack, and the places in the given list of those that lie in it. */
export interface Piece {
  readonly pack: string;
  readonly offset: number;
  readonly length: number;
  readonly members: readonly number[];
}

/** Reading and dropping so much costs less than another request. */
const MOST_GAP = 16 * 1024;
/** One thread decodes a piece, and others wait for the rest. */
const MOST_BYTES = 128 * 1024;

/** Pieces with the members in the order of their offsets; undefined locations are in none. */
export function piecesOf(locations: readonly (BlobLocation | undefined)[]): Piece[] {
  const order = [...locations.keys()].filter((place) => locations[place] !== undefined);
  order.sort((a, b) => compare(locations[a]!, locations[b]!));
  const pieces: { pack: string; offset: number; length: number; members: number[] }[] = [];
  for (const place of order) {
    const { pack, offset, length } = locations[place]!;
    const last = pieces.at(-1);
    const end = last === undefined ? 0 : last.offset + last.length;
    const fits =
      last?.pack === pack &&
      offset >= end &&
      offset - end <= MOST_GAP &&
      offset + length - last.offset <= MOST_BYTES;
    if (last !== undefined && fits) {
      last.length = offset + length - last.offset;
      last.members.push(place);
    } else pieces.push({ pack, offset, length, members: [place] });
  }
  return pieces;
}

function compare(a: BlobLocation, b: BlobLocation): number {
  if (a.pack !== b.pack) return a.pack < b.pack ? -1 : 1;
  return a.offset - b.offset;
}
