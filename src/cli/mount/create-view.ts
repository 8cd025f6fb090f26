/** What a mount shows, from its settings: every snapshot that the filter lets through, or one of them alone. */

import type { View } from '../../mount/node.ts';
import type { SnapshotsChange } from '../../mount/view/view.ts';
import { findSnapshot } from '../../repo/find-snapshot.ts';
import type { Repository } from '../../repo/repository.ts';
import { matchesFilter, type SnapshotFilter } from '../../repo/snapshot-filter.ts';
import type { Reporter } from '../../report.ts';
import type { MountSettings } from './settings.ts';

export interface ShownSnapshots {
  readonly filter: SnapshotFilter;
  /** `<snapshot>[:<folder>]` as it was given, where only that is shown. */
  readonly only: string | undefined;
}

/** Loads the view, and with it what --help should not wait for. Rejects with RepositoryError, CommandError, FsError. */
export async function createMountView(
  repository: Repository,
  { filter, only }: ShownSnapshots,
  { ownership, names, links, pathTemplates, timeTemplate }: MountSettings,
  reporter: Reporter,
  onChange: (change: SnapshotsChange) => void,
  signal: AbortSignal,
): Promise<View> {
  const { createSnapshotView, createView } = await import('../../mount/view/view.ts');
  if (only !== undefined) {
    const { readSnapshotPath } = await import('../open-snapshot.ts');
    const { name, path } = await readSnapshotPath(only, names);
    const snapshot = findSnapshot(await repository.snapshots(signal), name, filter);
    return createSnapshotView(repository, snapshot, path, { ownership, names, links }, reporter, signal);
  }
  const options = {
    pathTemplates,
    timeTemplate,
    ownership,
    names,
    links,
    accepts: matchesFilter.bind(undefined, filter),
    onChange,
    mounter: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
  };
  return createView(repository, options, reporter, signal);
}
