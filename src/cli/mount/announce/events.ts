/**
 * What `mount --json` tells programs while it lives, one object a line. Telling never holds up the mount: a reader
 * that is slow or gone is no reason to wait, or to end a mount that others use.
 */

import type { Ending } from '../../../mount/session.ts';
import type { SnapshotsChange } from '../../../mount/view/view.ts';
import type { Reporter } from '../../../report.ts';
import { untilAborted } from '../../../until-aborted.ts';
import { OutputClosed } from '../../errors.ts';
import { jsonLine } from '../../output/json-output.ts';
import type { Output } from '../../output/output.ts';

export type MountEvent =
  /** Programs may use it from now on. */
  | { readonly message_type: 'ready'; readonly mountpoint: string }
  | ({ readonly message_type: 'snapshots-changed' } & SnapshotsChange)
  | { readonly message_type: 'lock-refreshed' }
  | { readonly message_type: 'lock-lost'; readonly message: string }
  /** All is done: no mountpoint, no lock. */
  | { readonly message_type: 'unmounted'; readonly mountpoint: string; readonly reason: Ending };

const LAST_EVENT_MS = 1000;
/** More than this a reader does not want to know: some days of renewed locks. */
const MOST_WAITING = 1000;

export class MountEvents {
  readonly #output: Output | undefined;
  readonly #reporter: Reporter;
  readonly #longestWait: number;
  readonly #over = new AbortController();
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #broken = false;

  /** Without an output nothing is told. `longestWait`: milliseconds for what is still to be read at the end. */
  constructor(output: Output | undefined, reporter: Reporter, longestWait = LAST_EVENT_MS) {
    this.#output = output;
    this.#reporter = reporter;
    this.#longestWait = longestWait;
  }

  /** Events are told in this order. */
  emit(event: MountEvent): void {
    if (this.#output === undefined || this.#waiting >= MOST_WAITING) return;
    const output = this.#output;
    this.#waiting += 1;
    this.#last = this.#last.then(() => this.#write(output, event));
  }

  /** Resolves when all have been told, or when that takes too long. */
  async flush(): Promise<void> {
    const { signal } = this.#over;
    await untilAborted(this.#last, AbortSignal.any([signal, AbortSignal.timeout(this.#longestWait)])).catch(
      () => {},
    );
  }

  /** `flush`, and then nothing more is told. */
  async close(): Promise<void> {
    await this.flush();
    this.#over.abort(new Error('The mount has ended'));
    await this.#last;
    if (this.#waiting > 0) this.#output?.abandon();
  }

  async #write(output: Output, event: MountEvent): Promise<void> {
    try {
      if (!this.#broken) await output.write([Buffer.from(jsonLine(event))], this.#over.signal);
    } catch (error) {
      this.#broken = true;
      // It still waits.
      if (this.#over.signal.aborted) return;
      if (!(error instanceof OutputClosed)) {
        this.#reporter.warn(`Events are not told any more: ${(error as Error).message}`);
      }
    }
    this.#waiting -= 1;
  }
}
