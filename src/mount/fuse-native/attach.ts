/** Lets libfuse mount and serve by a table of requests, in threads of its own. */

import { MountError } from '../errors.ts';
import type { Addon } from './addon.ts';
import type { RequestTable } from './request-table.ts';

/** What threads of libfuse use that may outlive their mount: some 2 KB for each, kept for good. */
const KEPT: Buffer[] = [];

/** Mounts at once, in this thread. Returns what lets the process end. Throws MountError. */
export function attach(addon: Addon, table: RequestTable, path: string, options: string): () => void {
  const state = Buffer.alloc(addon.sizeof_fuse_thread_t);
  KEPT.push(state);
  const allocate = (size: number): Buffer => {
    const room = Buffer.alloc(size);
    KEPT.push(room);
    return room;
  };
  const { handlers, implemented } = table.handlers(addon);
  try {
    addon.fuse_native_mount(path, options, state, {}, allocate, handlers, implemented);
  } catch (cause) {
    throw new MountError(
      'failed',
      `libfuse could not mount on "${path}": what it says of the reason stands above`,
      { cause },
    );
  }
  return () => addon.fuse_native_unmount(path, state);
}
