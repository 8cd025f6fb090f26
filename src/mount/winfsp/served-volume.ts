/**
 * One mount from the moment it serves to its end. Knows in which order its parts end; what a request is belongs to the
 * table and the operations.
 */

import type { Mounted, MountUser } from '../driver.ts';
import { MountError } from '../errors.ts';
import type { RequestTable } from './request-table.ts';
import type { Volume, VolumeSecurity } from './winfsp.ts';

export interface ServedVolumeOptions {
  /** Mounted. Deleted here. */
  readonly volume: Volume;
  /** Closed here. */
  readonly security: VolumeSecurity;
  readonly table: RequestTable;
  /** Calls back once after some milliseconds; returns what prevents it. */
  readonly schedule: (callback: () => void, milliseconds: number) => () => void;
}

/** For requests that were made before the mountpoint went away. */
const DRAIN_MILLISECONDS = 3000;
/** Node ends when it thinks that nothing is left to do: calls from WinFsp's threads do not count for it. */
const KEEP_ALIVE_MILLISECONDS = 2 ** 30;

export class ServedVolume implements Mounted {
  readonly closed: Promise<void>;
  readonly #options: ServedVolumeOptions;
  readonly #keepAlive = setInterval(() => {}, KEEP_ALIVE_MILLISECONDS);
  #begin: (() => void) | undefined;
  #hurry: (() => void) | undefined;
  #failure: MountError | undefined;

  constructor(options: ServedVolumeOptions) {
    this.#options = options;
    const asked = new Promise<void>((resolve) => {
      this.#begin = resolve;
    });
    this.closed = asked.then(() => this.#end()).finally(() => clearInterval(this.#keepAlive));
    // Whoever waits for it gets the rejection; that nobody waits yet is no failure of its own.
    this.closed.catch(() => {});
  }

  /** Windows has no mounts that are busy: the letter goes, and who has files open gets errors from then on. */
  async unmount(_how: { detach: boolean }): Promise<void> {
    this.#begin?.();
    await this.closed;
  }

  get accesses(): number {
    return this.#options.table.accesses;
  }

  async users(): Promise<readonly MountUser[]> {
    return [];
  }

  async mountsBelow(): Promise<readonly string[]> {
    return [];
  }

  abort(): void {
    this.#options.table.end();
    this.#hurry?.();
    this.#begin?.();
  }

  /** For VolumeEvents.stopped: nobody asked for it, so WinFsp's driver has gone. */
  broke(): void {
    this.#failure = new MountError('failed', 'WinFsp ended the mount: its driver was stopped or replaced');
    this.abort();
  }

  /**
   * The mountpoint first, so that nothing new comes; WinFsp's threads join only when every request was answered; and its
   * memory, the askers' buffers with it, is not touched after that.
   */
  async #end(): Promise<void> {
    const { volume, security, table } = this.#options;
    await volume.removeMountpoint();
    table.refuse();
    await this.#drain();
    table.end();
    await volume.stopDispatcher();
    await volume.delete();
    security.close();
    // The view may still be asked by operations that were cancelled.
    await table.drained();
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #drain(): Promise<void> {
    const { table, schedule } = this.#options;
    let cancel: (() => void) | undefined;
    const late = new Promise<void>((resolve) => {
      this.#hurry = resolve;
      cancel = schedule(resolve, DRAIN_MILLISECONDS);
    });
    await Promise.race([table.drained(), late]);
    cancel?.();
  }
}
