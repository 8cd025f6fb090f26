/**
 * From libfuse's paths to entries of folders. The folders that were asked for last are remembered for a second, so that
 * a listing does not walk from the root for each of its entries: no longer, since some may be replaced.
 */

import { LRUCache } from 'lru-cache';
import { FsError } from '../errors.ts';
import { type Directory, EntryKind, type Listing } from '../node.ts';
import { walk } from '../path-walker.ts';
import { bytesOf } from './names.ts';

/** As many as programs are busy with at a time. */
const MOST_FOLDERS = 256;
/** Milliseconds. */
const REMEMBERED = 1000;

export interface Located {
  readonly listing: Listing;
  /** The entry's number in the listing. */
  readonly entry: number;
}

export class Paths {
  readonly #root: Directory;
  readonly #folders = new LRUCache<string, Directory>({ max: MOST_FOLDERS, ttl: REMEMBERED });

  constructor(root: Directory) {
    this.#root = root;
  }

  /** Rejects with FsError: ENOENT, ENOTDIR, or what the view rejects with. */
  async folder(path: string, signal: AbortSignal): Promise<Directory> {
    if (path === '/') return this.#root;
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const node = await walk(this.#root, bytesOf(path), signal);
    if (node.kind !== EntryKind.Directory) throw new FsError('ENOTDIR', `Not a folder: "${path}"`);
    this.#folders.set(path, node);
    return node;
  }

  /** Undefined for the root, which is no entry of anything. Rejects as `folder` does. */
  async entry(path: string, signal: AbortSignal): Promise<Located | undefined> {
    if (path === '/') return undefined;
    const { parent, name } = splitPath(path);
    const folder = await this.folder(parent, signal);
    const listing = await folder.list(signal);
    const entry = listing.find(bytesOf(name));
    if (entry === -1) throw new FsError('ENOENT', `No such file or folder: "${path}"`);
    return { listing, entry };
  }
}

/** Of an absolute path with a name at its end. Pure. */
export function splitPath(path: string): { parent: string; name: string } {
  const slash = path.lastIndexOf('/');
  return { parent: path.slice(0, slash) || '/', name: path.slice(slash + 1) };
}
