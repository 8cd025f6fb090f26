/**
 * One mount from the moment it serves to its end. Knows in which order its parts end; what a request is belongs to the
 * table and the operations.
 */

import type { Mounted, MountUser } from '../driver.ts';
import { MountError } from '../errors.ts';
import type { OpenFiles } from './open-files.ts';
import type { RequestTable } from './request-table.ts';
import type { Volume, VolumeSecurity, WinFsp } from './winfsp.ts';

export interface ServedVolumeOptions {
  /** Mounted. Deleted here. */
  readonly volume: Volume;
  /** Closed here. */
  readonly security: VolumeSecurity;
  readonly table: RequestTable;
  readonly files: OpenFiles;
  readonly processName: WinFsp['processName'];
  /** Calls back once after some milliseconds; returns what prevents it. */
  readonly schedule: (callback: () => void, milliseconds: number) => () => void;
}

/** For requests that wait when nothing is opened any more, and again when every program has closed its files. */
const DRAIN_MILLISECONDS = 3000;
/** Node ends when it thinks that nothing is left to do: calls from WinFsp's threads do not count for it. */
const KEEP_ALIVE_MILLISECONDS = 2 ** 30;

export class ServedVolume implements Mounted {
  readonly mountpoint: string;
  readonly closed: Promise<void>;
  readonly #options: ServedVolumeOptions;
  readonly #keepAlive = setInterval(() => {}, KEEP_ALIVE_MILLISECONDS);
  readonly #hurry = new AbortController();
  #begin: (() => void) | undefined;
  #gone: Promise<void> | undefined;
  #failure: MountError | undefined;

  constructor(options: ServedVolumeOptions) {
    this.#options = options;
    this.mountpoint = options.volume.mountpoint();
    const asked = new Promise<void>((resolve) => {
      this.#begin = resolve;
    });
    this.closed = asked.then(() => this.#end()).finally(() => clearInterval(this.#keepAlive));
    // Whoever waits for it gets the rejection; that nobody waits yet is no failure of its own.
    this.closed.catch(() => {});
  }

  /** Resolves when the mountpoint has gone. */
  async unmount({ detach }: { detach: boolean }): Promise<void> {
    if (!detach && this.#gone === undefined && this.#options.files.areUsed) {
      throw new MountError('busy', `Somebody has files of the mount at "${this.mountpoint}" open`);
    }
    this.#begin?.();
    await this.#leave();
  }

  get accesses(): number {
    return this.#options.table.accesses;
  }

  /** A handle may have been given on to another process, of which nothing is known. */
  async users(): Promise<readonly MountUser[]> {
    const { files, processName } = this.#options;
    const name = async (pid: number) => ({ pid, name: (await processName(pid)) ?? '?' });
    return Promise.all(files.users().map(name)).catch(() => []);
  }

  async mountsBelow(): Promise<readonly string[]> {
    return [];
  }

  abort(): void {
    this.#options.table.end();
    this.#hurry.abort();
    this.#begin?.();
  }

  /** For VolumeEvents.stopped: nobody asked for it, so WinFsp's driver has gone. */
  broke(): void {
    this.#failure = new MountError('failed', 'WinFsp ended the mount: its driver was stopped or replaced');
    this.abort();
  }

  /**
   * The mountpoint first, so that nothing new comes; then those who have files open read on; WinFsp's threads join only
   * when every request was answered; and its memory, the askers' buffers with it, is not touched after that.
   */
  async #end(): Promise<void> {
    const { volume, security, table, files } = this.#options;
    await this.#leave();
    // Among them what is being opened, which is served then as what was open before.
    await this.#drain();
    if (files.areUsed) {
      await this.#orHurried(files.unused());
      await this.#drain();
    }
    table.end();
    await volume.stopDispatcher();
    await volume.delete();
    security.close();
    // The view may still be asked by operations that were cancelled.
    await table.drained();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * Windows itself has no mounts that are busy: a mountpoint can go while files are open. So nothing may be opened any
   * more from the moment at which nobody had a file open.
   */
  #leave(): Promise<void> {
    this.#options.table.refuse();
    this.#gone ??= this.#options.volume.removeMountpoint();
    return this.#gone;
  }

  async #drain(): Promise<void> {
    const { table, schedule } = this.#options;
    let cancel: (() => void) | undefined;
    const late = new Promise<void>((resolve) => {
      cancel = schedule(resolve, DRAIN_MILLISECONDS);
    });
    await this.#orHurried(Promise.race([table.drained(), late]));
    cancel?.();
  }

  /** Whatever comes first: that, or an abort. */
  async #orHurried(event: Promise<void>): Promise<void> {
    const { signal } = this.#hurry;
    if (signal.aborted) return;
    const hurried = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([event, hurried]);
  }
}
