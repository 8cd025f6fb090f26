/** What programs have open, by numbers of ours. A number is used again only after billions of others. */

import type { Listing, Node, OpenFile } from '../node.ts';
import type { Folder } from './folders.ts';
import { NtStatus, StatusError } from './wire/nt-status.ts';

export interface OpenNode {
  readonly node: Node;
  /** The folder that it is in; undefined for the root. */
  readonly parent: Folder | undefined;
  /** As it is stored; of a stream that of what it belongs to. Undefined for the root. */
  readonly name: string | undefined;
  /** Itself, if it is a folder. */
  readonly folder: Folder | undefined;
  /** What is listed, from the start of one listing to the next. */
  listing: Listing | undefined;
  /** Its content, from the first read on. */
  content: Promise<OpenFile> | undefined;
}

export class OpenFiles {
  readonly #nodes = new Map<number, OpenNode>();
  /** 0 is what the system gives where nothing is meant. */
  #last = 0;

  get count(): number {
    return this.#nodes.size;
  }

  add(node: OpenNode): number {
    this.#nodes.set(++this.#last, node);
    return this.#last;
  }

  /** Throws StatusError InvalidHandle. */
  get(handle: number): OpenNode {
    const node = this.#nodes.get(handle);
    if (node === undefined) throw new StatusError(NtStatus.InvalidHandle);
    return node;
  }

  remove(handle: number): void {
    this.#nodes.delete(handle);
  }
}
