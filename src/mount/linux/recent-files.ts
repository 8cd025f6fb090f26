/**
 * The files read last, ready to be read on. The kernel tells neither when a program opens a file nor when it
 * closes it (see `open` in operations/files.ts), so the ones not read for longest make room.
 */

import { LRUCache } from 'lru-cache';
import type { OpenFile } from '../node.ts';
import { idKey, type NodeId } from './wire/request.ts';

/** More than most programs read at once; each holds the ids of its blobs and where they begin. */
const MOST_FILES = 128;

export class RecentFiles {
  readonly #files = new LRUCache<string, OpenFile>({ max: MOST_FILES });

  get(id: NodeId): OpenFile | undefined {
    return this.#files.get(idKey(id));
  }

  /** Returns the file that was there first if another read opened it meanwhile: it knows what is being read. */
  add(id: NodeId, file: OpenFile): OpenFile {
    const first = this.get(id);
    if (first !== undefined) return first;
    this.#files.set(idKey(id), file);
    return file;
  }
}
