/** From what a person types (`latest`, the start of an id, `:folder` behind it) to one snapshot. Pure. */

import { RepositoryError } from './errors.ts';
import type { Snapshot } from './repository.ts';
import {
  acceptsEverySnapshot,
  describeFilter,
  matchesFilter,
  type SnapshotFilter,
} from './snapshot-filter.ts';

export interface SnapshotReference {
  /** `latest`, or the start of an id. */
  readonly name: string;
  /** What follows the first `:`, a `/`-separated path; empty without one. */
  readonly path: string;
}

const LATEST = 'latest';
const SHOWN_CANDIDATES = 5;
const SHORT_ID_LENGTH = 8;

export function parseSnapshotReference(text: string): SnapshotReference {
  const split = text.indexOf(':');
  return split < 0 ? { name: text, path: '' } : { name: text.slice(0, split), path: text.slice(split + 1) };
}

/**
 * `snapshots` oldest first, ties by id, as Repository.snapshots() returns them. The filter applies to `latest`
 * only, as in restic. Throws RepositoryError `not-found`.
 */
export function findSnapshot(snapshots: readonly Snapshot[], name: string, filter: SnapshotFilter): Snapshot {
  return name === LATEST ? findLatest(snapshots, filter) : findById(snapshots, name);
}

export function shortId(id: string): string {
  return id.slice(0, SHORT_ID_LENGTH);
}

function findLatest(snapshots: readonly Snapshot[], filter: SnapshotFilter): Snapshot {
  const found = snapshots.findLast((snapshot) => matchesFilter(filter, snapshot));
  if (found) return found;
  const problem = acceptsEverySnapshot(filter)
    ? 'The repository holds no snapshot'
    : `No snapshot matches ${describeFilter(filter)}`;
  throw new RepositoryError('not-found', problem);
}

function findById(snapshots: readonly Snapshot[], prefix: string): Snapshot {
  const matches = prefix === '' ? [] : snapshots.filter((snapshot) => snapshot.id.startsWith(prefix));
  const [found] = matches;
  if (!found) {
    throw new RepositoryError('not-found', `No snapshot has an id that starts with "${prefix}"`);
  }
  if (matches.length > 1) throw new RepositoryError('not-found', explainAmbiguity(prefix, matches));
  return found;
}

function explainAmbiguity(prefix: string, matches: readonly Snapshot[]): string {
  // Long enough that the candidates differ from each other where they can.
  const length = Math.max(SHORT_ID_LENGTH, prefix.length + 4);
  const shown = matches.slice(0, SHOWN_CANDIDATES).map((snapshot) => snapshot.id.slice(0, length));
  const more = matches.length > shown.length ? ` and ${matches.length - shown.length} more` : '';
  return `Id "${prefix}" fits ${matches.length} snapshots: ${shown.join(', ')}${more}`;
}
