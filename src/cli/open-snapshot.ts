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
  /** `/`-separated, else byte by byte as typed; empty where only a snapshot was named. */
  readonly path: Uint8Array;
}

export interface OpenedSnapshot {
  readonly snapshot: Snapshot;
  readonly root: Directory;
}

const COLON = 0x3a;

/** `names` are as they are shown. */
export async function readSnapshotPath(argument: string, { system }: NameOptions): Promise<SnapshotPath> {
  const { name, path } = parseSnapshotReference(argument);
  if (path === '') return { name, path: new Uint8Array(0) };
  const bytes = await argumentBytes(argument);
  const typed = bytes.subarray(bytes.indexOf(COLON) + 1);
  return { name, path: system === 'windows' ? fromWindowsPath(typed) : typed };
}

/**
 * restic stores `C:\\Users` as `/C/Users`, and people of Windows write it in both ways. No name that is shown to them holds
 * one of these characters.
 */
function fromWindowsPath(typed: Uint8Array): Uint8Array {
  const text = Buffer.from(typed).toString('latin1');
  return Buffer.from(text.replaceAll('\\', '/').replace(/^([a-z]):(?=\/|$)/i, '$1'), 'latin1');
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
