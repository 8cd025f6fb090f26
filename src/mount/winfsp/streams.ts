/**
 * Alternate data streams: files of the view whose name is that of another, a colon, and the stream's. The view shows the
 * colon as a private character; Windows is shown the stream as one. Pure but for the listing that is looked into.
 */

import { EntryKind, type Listing } from '../node.ts';

/** What stands for a colon in names for Windows: U+F000 + `:`. */
const COLON = '\uf03a';
const COLON_BYTES = Buffer.from(COLON);
const CONTENT_TYPE = /:\$DATA$/i;
const STORED_TYPE = /\uf03a\$DATA$/i;

/** What a path asks for. `stream` is undefined for the content itself. */
export interface StreamPath {
  readonly path: string;
  readonly stream: string | undefined;
}

/** `\a\b:c:$DATA` -> `\a\b` and `c`. */
export function splitStream(name: string): StreamPath {
  const colon = name.indexOf(':', name.lastIndexOf('\\') + 1);
  if (colon === -1) return { path: name, stream: undefined };
  const stream = name.slice(colon + 1).replace(CONTENT_TYPE, '');
  const isContent = stream === '' || stream.toUpperCase() === '$DATA';
  return { path: name.slice(0, colon), stream: isContent ? undefined : stream };
}

/** As the view may name the stream of an entry: backups keep the type, or leave it out. */
export function streamEntryNames(name: string, stream: string): readonly string[] {
  const plain = `${name}${COLON}${stream}`;
  return [plain, `${plain}${COLON}$DATA`];
}

/**
 * The entry whose stream this one is, or -1. Of other systems a name with a colon is a name like others, so what it would
 * belong to must be from Windows.
 */
export function ownerOfStream(listing: Listing, entry: number): number {
  const name = listing.name(entry);
  const colon = Buffer.from(name.buffer, name.byteOffset, name.length).indexOf(COLON_BYTES);
  if (colon <= 0 || colon + COLON_BYTES.length === name.length) return -1;
  if (listing.kind(entry) !== EntryKind.File) return -1;
  const owner = listing.find(name.subarray(0, colon));
  if (owner === -1) return -1;
  return listing.node(owner).storedFacts?.().fileAttributes === undefined ? -1 : owner;
}

/** The stream's own name, without its type. */
export function streamName(listing: Listing, entry: number): string {
  const name = Buffer.from(listing.name(entry)).toString();
  return name.slice(name.indexOf(COLON) + 1).replace(STORED_TYPE, '');
}
