/**
 * One mount from the moment it serves to its end: joins the request loop and the unmounting.
 * Knows in which order these end; what a request is belongs to the loop and the operations.
 */

import type { Reporter } from '../../report.ts';
import { blankAttributes } from '../attributes.ts';
import type { Mounted, MountUser } from '../driver.ts';
import { MountError } from '../errors.ts';
import type { KernelMount } from '../linux-mounts/kernel-mount.ts';
import { findMountUsers } from '../linux-mounts/mount-users.ts';
import { formatServerProcess, type ServerProcess } from '../linux-mounts/server-process.ts';
import type { Watcher } from '../linux-mounts/watcher.ts';
import type { View } from '../node.ts';
import { WalkAhead } from './ahead/walk-ahead.ts';
import type { Device } from './device.ts';
import { Handles } from './handles.ts';
import { InodeTable } from './inode-table.ts';
import type { OperationContext } from './operations/context.ts';
import { answer } from './operations/dispatch.ts';
import { Validities } from './operations/validity.ts';
import { RecentFiles } from './recent-files.ts';
import { ReplyTurns } from './reply-turns.ts';
import { SessionLoop } from './session-loop.ts';

export interface ServedMountOptions {
  readonly view: View;
  readonly mount: KernelMount;
  /** After the handshake. Closed here. */
  readonly device: Device;
  /** Stopped here, once nothing is left to clean. */
  readonly watcher: Watcher;
  /** The one that serves: this one. */
  readonly process: ServerProcess;
  /** Milliseconds; see MountOptions. */
  readonly longestCaching: number | undefined;
  readonly reporter: Reporter;
  readonly schedule: (callback: () => void, milliseconds: number) => () => void;
}

export class ServedMount implements Mounted {
  readonly mountpoint: string;
  readonly closed: Promise<void>;
  readonly #options: ServedMountOptions;
  readonly #loop: SessionLoop;
  readonly #ahead: WalkAhead;

  constructor(options: ServedMountOptions) {
    const { view, device, reporter, schedule } = options;
    const context: OperationContext = {
      view,
      inodes: new InodeTable(view.root),
      files: new RecentFiles(),
      directories: new Handles(),
      validities: new Validities(options.longestCaching),
      process: Buffer.from(formatServerProcess(options.process)),
      ahead: new WalkAhead(),
      replies: new ReplyTurns(),
      attributes: blankAttributes(),
      reporter,
    };
    const problem = (line: string): void => reporter.warn(line);
    this.#options = options;
    this.mountpoint = options.mount.mountpoint;
    this.#ahead = context.ahead;
    this.#loop = new SessionLoop(device, {
      answer: (request, call) => answer(context, request, call),
      forget: (forgotten) => {
        for (const { node, count } of forgotten) context.inodes.forget(node, count);
      },
      work: () => context.ahead.work(),
      problem,
      schedule,
    });
    this.closed = this.#serve();
    // Whoever waits for it gets the rejection; that nobody waits yet is no failure of its own.
    this.closed.catch(() => {});
  }

  async unmount(how: { detach: boolean }): Promise<void> {
    if (!this.#options.device.ended) await this.#options.mount.unmount(how);
  }

  get accesses(): number {
    return this.#loop.accesses;
  }

  async users(): Promise<readonly MountUser[]> {
    const { mount } = this.#options;
    // Nobody can use by its path what is hidden or gone.
    const place = await mount.place().catch(() => undefined);
    return findMountUsers(place ?? mount.mountpoint, mount.device);
  }

  async mountsBelow(): Promise<readonly string[]> {
    return this.#options.mount.placesBelow();
  }

  abort(): void {
    this.#loop.refuse();
    this.#options.device.end();
  }

  async #serve(): Promise<void> {
    try {
      await this.#loop.run();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new MountError('failed', `The connection of the mount at "${this.mountpoint}" broke: ${reason}`, {
        cause,
      });
    } finally {
      await this.#end();
    }
  }

  /** The connection must go before those who are served: an answer that nobody awaits must not hold it up. */
  async #end(): Promise<void> {
    this.#loop.refuse();
    this.#options.device.close();
    await this.#ahead.stop();
    await this.#loop.drain();
    // After an abort the dead mount is still in the tree.
    await this.#options.mount.clearAway(this.#options.reporter);
    await this.#options.watcher.stop();
  }
}
