/**
 * What cannot be read: the repository's errors become those of a file system, and a person is told which path is
 * concerned, once. Knows nothing of trees, files or drivers.
 */

import { RepositoryError } from '../../repo/errors.ts';
import type { Reporter } from '../../report.ts';
import { FsError } from '../errors.ts';
import { type Location, pathOf } from './location.ts';

/** How many lines are remembered so as not to be repeated; the oldest is forgotten first. */
const REMEMBERED_LINES = 4096;

export class DamageReports {
  readonly #reporter: Reporter;
  readonly #told = new Set<string>();

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  /** What to reject with when reading `location` failed with `error`: the signal's reason if it aborted. */
  toFsError(error: unknown, location: Location, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    const path = pathOf(location);
    const reason = error instanceof Error ? error.message : String(error);
    // A lost lock concerns every path: whoever ends the mount says so.
    const lost = error instanceof RepositoryError && error.code === 'lost';
    if (!lost) this.tell(`Cannot read "${path}": ${reason}`);
    return new FsError('EIO', `Cannot read "${path}": ${reason}`, { cause: error });
  }

  /** Warns, unless the same line was told already. */
  tell(line: string): void {
    if (this.#told.has(line)) return;
    for (const oldest of this.#told) {
      if (this.#told.size < REMEMBERED_LINES) break;
      this.#told.delete(oldest);
    }
    this.#told.add(line);
    this.#reporter.warn(line);
  }
}
