/** Which snapshots a person means by hosts, tags and paths: restic's rules. Pure; knows no command line. */

import type { Snapshot } from './repository.ts';

/** Every criterion that is not empty must hold. */
export interface SnapshotFilter {
  /** One of them. */
  readonly hosts: readonly string[];
  /** All tags of one of the lists. In a list the empty tag stands for "no tags at all". */
  readonly tagLists: readonly (readonly string[])[];
  /** All of them; each may have several spellings. */
  readonly paths: readonly (readonly string[])[];
}

export const EVERY_SNAPSHOT: SnapshotFilter = { hosts: [], tagLists: [], paths: [] };

/** `a, b` as restic reads it: white space around a tag does not belong to it. */
export function parseTagList(text: string): readonly string[] {
  return text.split(',').map((tag) => tag.trim());
}

export function matchesFilter(filter: SnapshotFilter, snapshot: Snapshot): boolean {
  return (
    (filter.hosts.length === 0 || filter.hosts.includes(snapshot.hostname)) &&
    (filter.tagLists.length === 0 || filter.tagLists.some((tags) => hasTags(snapshot, tags))) &&
    filter.paths.every((spellings) => spellings.some((path) => snapshot.paths.includes(path)))
  );
}

export function acceptsEverySnapshot(filter: SnapshotFilter): boolean {
  return filter.hosts.length + filter.tagLists.length + filter.paths.length === 0;
}

/** `host "web", tag "a,b", path "/srv"`, for messages. */
export function describeFilter(filter: SnapshotFilter): string {
  const criteria = [
    ...filter.hosts.map((host) => `host "${host}"`),
    ...filter.tagLists.map((tags) => `tag "${tags.join(',')}"`),
    ...filter.paths.map((spellings) => `path "${spellings[0]}"`),
  ];
  return criteria.join(', ');
}

function hasTags(snapshot: Snapshot, tags: readonly string[]): boolean {
  for (const tag of tags) {
    // restic's rule: reaching the empty tag on a snapshot without tags decides for it.
    if (tag === '' && snapshot.tags.length === 0) return true;
    if (!snapshot.tags.includes(tag)) return false;
  }
  return true;
}
