/**
 * Tells the kernel which names of changing folders to forget. One at a time and never from within a request:
 * the kernel takes the folder's lock for it, which it may hold until a request of ours is answered.
 */

import type { EntryChange } from '../node.ts';
import { NotifyCode } from './constants.ts';
import type { Device } from './device.ts';
import type { InodeTable } from './inode-table.ts';
import { WireWriter } from './wire/cursor.ts';
import { writeInvalidateAttributes, writeInvalidateEntry } from './wire/reply.ts';

/** The longest name and its structure. */
const BODY_SIZE = 2048;

export class Notifier {
  readonly #device: Device;
  readonly #inodes: InodeTable;
  readonly #problem: (line: string) => void;
  #stopped = false;
  #queue: Promise<void> = Promise.resolve();

  constructor(device: Device, inodes: InodeTable, problem: (line: string) => void) {
    this.#device = device;
    this.#inodes = inodes;
    this.#problem = problem;
  }

  /** Takes what View.subscribe reports. */
  notify(changes: readonly EntryChange[]): void {
    this.#queue = this.#queue.then(() => this.#send(changes));
  }

  /** Sends nothing more. Resolves when nothing is on its way to the kernel. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#queue;
  }

  async #send(changes: readonly EntryChange[]): Promise<void> {
    let failed = 0;
    let reason: unknown;
    for (const change of changes) {
      try {
        await this.#invalidate(change);
      } catch (problem) {
        failed++;
        reason = problem;
      }
    }
    if (failed > 0) {
      this.#problem(`Cannot tell the kernel that ${failed} entries changed: ${String(reason)}`);
    }
  }

  async #invalidate(change: EntryChange): Promise<void> {
    const id = this.#inodes.idOfChanging(change.directory);
    if (this.#stopped || id === undefined) return;
    const out = new WireWriter(BODY_SIZE);
    writeInvalidateEntry(out, id, change.name);
    await this.#device.notify(NotifyCode.InvalidateEntry, out.written());
    writeInvalidateAttributes(out.reset(), id);
    await this.#device.notify(NotifyCode.InvalidateInode, out.written());
  }
}
