/** Repositories with snapshots of other systems, written for the test file that asks. */

import { join } from 'node:path';
import { temporaryFolder } from '../fixtures.ts';
import { writeRepository } from '../restic-writer/write-repository.ts';
import { irregularSnapshot } from './irregular-snapshot.ts';
import { posixSnapshot } from './posix-snapshot.ts';
import { windowsSnapshot } from './windows-snapshot.ts';
import { wineSnapshot } from './wine-snapshot.ts';

/** Each is the only one of its `hostname`. */
export const foreignSnapshots = [windowsSnapshot, posixSnapshot, wineSnapshot] as const;

/** Holds `foreignSnapshots`; `restic check` finds nothing wrong with it. */
export async function foreignRepository(): Promise<string> {
  const repository = join(await temporaryFolder(), 'foreign');
  await writeRepository(repository, foreignSnapshots);
  return repository;
}

/** Holds `irregularSnapshot`; `restic check` names its irregular nodes. */
export async function irregularRepository(): Promise<string> {
  const repository = join(await temporaryFolder(), 'irregular');
  await writeRepository(repository, [irregularSnapshot]);
  return repository;
}
