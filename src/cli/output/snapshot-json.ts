/** A snapshot as restic prints it for programs: the stored document, and the ids that it cannot hold itself. Pure. */

import { shortId } from '../../repo/find-snapshot.ts';
import type { Snapshot } from '../../repo/repository.ts';

export function snapshotObject(snapshot: Snapshot): Record<string, unknown> {
  return { ...snapshot.document, id: snapshot.id, short_id: shortId(snapshot.id) };
}
