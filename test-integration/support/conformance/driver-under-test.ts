/** A driver as the conformance suite sees it. Types only. */

import type { MountClient } from './client.ts';

export interface DriverUnderTest {
  readonly name: string;
  /** What a machine must have; see require-tool.ts. */
  readonly needs: readonly string[];
  /** Before the first start. Returns what undoes it. */
  readonly prepare?: () => Promise<() => Promise<void>>;
  /** Mounts the view of the suite. */
  start(): Promise<Started>;
  /** The text that stands for a name in listings and paths. */
  shownName(name: Uint8Array): string;
  /** What is said of a path that goes on below a file. */
  readonly belowFile: 'ENOTDIR' | 'ENOENT';
  /** For readers of the table: what stands in for a system, and where its answers are not those of POSIX. */
  readonly notes: readonly string[];
}

export interface Started {
  readonly client: MountClient;
  /** What the driver warned of. */
  readonly warnings: readonly string[];
  /** Ends it unless somebody has a file of it open. */
  unmountUnlessBusy(): Promise<'busy' | 'unmounted'>;
  /** Ends it in order; resolves when nothing of it is left. Those who use it are served till they have ended. */
  unmount(): Promise<void>;
  /** Ends it, whoever uses it. */
  abort(): Promise<void>;
}
