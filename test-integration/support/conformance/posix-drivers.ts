/** The drivers that run on Linux, on a real kernel. */

import { mountMemory } from '../memory-mount.ts';
import type { DriverUnderTest, Started } from './driver-under-test.ts';
import { startClient } from './posix-client.ts';
import { unmountUnlessBusy } from './unmount-unless-busy.ts';
import { conformanceRoot } from './view.ts';

export type PosixDriver = 'fuse' | 'fuse-native';

/** What `describe.each` and `needs` take for the drivers of POSIX systems. */
export const POSIX_DRIVERS: readonly { readonly driver: PosixDriver; readonly tools: readonly string[] }[] = [
  { driver: 'fuse', tools: [] },
  { driver: 'fuse-native', tools: ['fuse-native'] },
];

export const POSIX_DRIVERS_UNDER_TEST: readonly DriverUnderTest[] = POSIX_DRIVERS.map(
  ({ driver, tools }) => ({
    name: driver,
    needs: ['root', '/dev/fuse', ...tools],
    start: () => start(driver),
    shownName: driver === 'fuse' ? asNodeShows : privateForBytes,
    belowFile: 'ENOTDIR',
    notes: [],
  }),
);

async function start(driver: PosixDriver): Promise<Started> {
  const mounted = await mountMemory(conformanceRoot(), {}, driver);
  const client = startClient(mounted.path);
  return {
    client,
    warnings: mounted.warnings,
    unmountUnlessBusy: () => unmountUnlessBusy(mounted),
    unmount: async () => {
      await mounted.unmount({ detach: true });
      await mounted.closed;
    },
    abort: async () => {
      mounted.abort();
      await mounted.closed;
    },
  };
}

/** Bytes pass as they are, and Node shows what is no UTF-8 as U+FFFD. */
function asNodeShows(name: Uint8Array): string {
  return Buffer.from(name).toString();
}

/** As src/mount/fuse-native/names.ts says, written down a second time. */
function privateForBytes(name: Uint8Array): string {
  return Buffer.from(name)
    .toString('latin1')
    .replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xf000 + byte.charCodeAt(0)));
}
