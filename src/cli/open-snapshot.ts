/** From `<snapshot>[:<path>]` on the command line to the snapshot and its root folder, for `ls` and `cat`. */

import type { Directory } from '../mount/node.ts';
import { type LinkOptions, type NameOptions, snapshotDirectory } from '../mount/view/view.ts';
import { findSnapshot, parseSnapshotReference } from '../repo/find-snapshot.ts';
import type { Repository, Snapshot } from '../repo/repository.ts';
import type { SnapshotFilter } from '../repo/snapshot-filter.ts';
import type { Reporter } from '../report.ts';
import { argumentBytes } from './options/raw-argument.ts';

export interface SnapshotPath {
  readonly name: string;
  /** Byte by byte as typed; empty where only a snapshot was named. */
  readonly path: Uint8Array;
}

export interface OpenedSnapshot {
  readonly snapshot: Snapshot;
  readonly root: Directory;
}

const COLON = 0x3a;

export async function readSnapshotPath(argument: string): Promise<SnapshotPath> {
  const { name, path } = parseSnapshotReference(argument);
  if (path === '') return { name, path: new Uint8Array(0) };
  const bytes = await argumentBytes(argument);
  return { name, path: bytes.subarray(bytes.indexOf(COLON) + 1) };
}

/** Owners and modes are as backed up, links as by default unless said otherwise. Rejects with RepositoryError. */
export async function openSnapshot(
  repository: Repository,
  name: string,
  filter: SnapshotFilter,
  shown: { readonly names: NameOptions; readonly links?: LinkOptions },
  reporter: Reporter,
  signal: AbortSignal,
): Promise<OpenedSnapshot> {
  const snapshot = findSnapshot(await repository.snapshots(signal), name, filter);
  const options = { ownership: { ownerRoot: false }, ...shown };
  return { snapshot, root: snapshotDirectory(repository, snapshot, options, reporter) };
}
