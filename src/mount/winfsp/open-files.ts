/** What programs have open, by numbers of ours. A number is used again only after billions of others. */

import { EntryKind, type Listing, type Node, type OpenFile } from '../node.ts';
import type { Folder } from './folders.ts';
import { NtStatus, StatusError } from './wire/nt-status.ts';

export interface OpenNode {
  readonly node: Node;
  /** The folder that it is in; undefined for the root. */
  readonly parent: Folder | undefined;
  /** As it is stored; of a stream that of what it belongs to. Undefined for the root. */
  readonly name: string | undefined;
  /** The number of the process that opened it; 0 if the system did not say. */
  readonly process: number;
  /** Itself, if it is a folder. */
  readonly folder: Folder | undefined;
  /** Whether it is a link to a folder, as far as that is known. */
  readonly leadsToFolder: boolean;
  /** What is listed, from the start of one listing to the next. */
  listing: Listing | undefined;
  /** Its content, from the first read on. */
  content: Promise<OpenFile> | undefined;
}

export class OpenFiles {
  readonly #nodes = new Map<number, OpenNode>();
  /**
   * Files that a program has a handle of: from Create to Cleanup. Close may come long after that, when the memory
   * manager lets go of what it keeps of the file. Folders are not among them: each Explorer window, each shell and
   * whoever waits for changes has one open, and would keep a mount from ending.
   */
  readonly #used = new Set<number>();
  /** 0 is what the system gives where nothing is meant. */
  #last = 0;
  readonly #waiting: (() => void)[] = [];

  get count(): number {
    return this.#nodes.size;
  }

  get areUsed(): boolean {
    return this.#used.size > 0;
  }

  /** Numbers of the processes that have opened one and not closed it, in their order. */
  users(): number[] {
    const processes = Array.from(this.#used, (handle) => this.get(handle).process);
    return [...new Set(processes)].filter((number) => number !== 0).sort((a, b) => a - b);
  }

  add(node: OpenNode): number {
    this.#nodes.set(++this.#last, node);
    if (node.node.kind === EntryKind.File) this.#used.add(this.#last);
    return this.#last;
  }

  /** Throws StatusError InvalidHandle. */
  get(handle: number): OpenNode {
    const node = this.#nodes.get(handle);
    if (node === undefined) throw new StatusError(NtStatus.InvalidHandle);
    return node;
  }

  /** No program has it open any more. It is still there for Windows. */
  letGo(handle: number): void {
    this.#used.delete(handle);
    if (this.#used.size > 0) return;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Also without `letGo`, where Windows refuses the program an opening that we have granted. */
  remove(handle: number): void {
    this.#nodes.delete(handle);
    this.letGo(handle);
  }

  /** Resolves when no program has a file open. */
  async unused(): Promise<void> {
    if (this.areUsed) await new Promise<void>((resolve) => void this.#waiting.push(resolve));
  }
}
