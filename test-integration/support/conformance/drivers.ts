/** The drivers that the conformance suite runs, and what each cannot do. */

import { mountMemory } from '../memory-mount.ts';
import { type MountClient, startClient } from './client.ts';
import { conformanceRoot } from './view.ts';

export interface DriverUnderTest {
  readonly name: string;
  /** What a machine must have; see require-tool.ts. */
  readonly needs: readonly string[];
  /** Mounts the view of the suite. */
  start(): Promise<Started>;
  /** The text that stands for a name in listings and paths. */
  shownName(name: Uint8Array): string;
}

export interface Started {
  readonly client: MountClient;
  /** What the driver warned of. */
  readonly warnings: readonly string[];
  /** Ends it in order; resolves when nothing of it is left. Those who use it are served till they have ended. */
  unmount(): Promise<void>;
  /** Ends it, whoever uses it. */
  abort(): Promise<void>;
}

export type PosixDriver = 'fuse' | 'fuse-native';

/** What `describe.each` and `needs` take for the drivers of POSIX systems. */
export const POSIX_DRIVERS: readonly { readonly driver: PosixDriver; readonly tools: readonly string[] }[] = [
  { driver: 'fuse', tools: [] },
  { driver: 'fuse-native', tools: ['fuse-native'] },
];

export const DRIVERS: readonly DriverUnderTest[] = POSIX_DRIVERS.map(({ driver, tools }) => ({
  name: driver,
  needs: ['root', '/dev/fuse', ...tools],
  start: () => startPosix(driver),
  shownName: driver === 'fuse' ? asNodeShows : privateForBytes,
}));

async function startPosix(driver: PosixDriver): Promise<Started> {
  const mounted = await mountMemory(conformanceRoot(), {}, driver);
  const client = startClient(mounted.path);
  return {
    client,
    warnings: mounted.warnings,
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
