/** One mount from the moment libfuse has it to its end: joins the requests and what the system says of the mount. */

import type { Mounted, MountUser } from '../driver.ts';
import type { RequestTable } from './request-table.ts';
import type { SystemMount } from './system/system-mount.ts';

export class ServedMount implements Mounted {
  readonly mountpoint: string;
  readonly closed: Promise<void>;
  readonly #table: RequestTable;
  readonly #mount: SystemMount;
  readonly #detach: () => void;
  #cutting: Promise<void> | undefined;

  /** `detach` lets the process end; called once, when nothing is under way any more. */
  constructor(mountpoint: string, table: RequestTable, mount: SystemMount, detach: () => void) {
    this.mountpoint = mountpoint;
    this.#table = table;
    this.#mount = mount;
    this.#detach = detach;
    this.closed = this.#serve();
    // Whoever waits for it gets the rejection; that nobody waits yet is no failure of its own.
    this.closed.catch(() => {});
  }

  unmount(how: { detach: boolean }): Promise<void> {
    return this.#mount.unmount(how);
  }

  get accesses(): number {
    return this.#table.accesses;
  }

  users(): Promise<readonly MountUser[]> {
    return this.#mount.users();
  }

  mountsBelow(): Promise<readonly string[]> {
    return this.#mount.mountsBelow();
  }

  abort(): void {
    this.#table.refuse();
    this.#cutting ??= this.#mount.cut();
  }

  async #serve(): Promise<void> {
    await this.#mount.ended;
    // libfuse's threads end when each of them has its answer.
    this.#table.refuse();
    await this.#table.drain();
    await this.#cutting;
    await this.#mount.close();
    this.#detach();
  }
}
