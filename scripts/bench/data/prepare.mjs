// The benchmark's data: source files, one restic repository with a snapshot of each data set under its name as host,
// and one squashfs image of all of them. Made where it is missing, and kept below .cache/bench.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeImage } from './image.mjs';
import { backUp, initRepository, snapshotHosts } from './repository.mjs';
import { dataSets } from './sets.mjs';

/** Another number whenever other data is made: what is kept is never taken for it. */
const SHAPE = 2;
const cache = fileURLToPath(new URL('../../../.cache/bench', import.meta.url));

/**
 * `image` is undefined where there is no mksquashfs; then `note` is told.
 * @returns {{ sources: string, repository: { path: string, cache: string }, image: string | undefined,
 *   amounts: Record<string, number> }} absolute paths
 */
export function prepareData(size, note) {
  const root = join(cache, `${size}-${SHAPE}`);
  const sources = join(root, 'sources');
  const repository = { path: join(root, 'repository'), cache: join(root, 'restic-cache') };
  const sets = dataSets(size);
  mkdirSync(sources, { recursive: true });
  for (const set of sets) makeSources(set, sources, note);
  initRepository(repository);
  const hosts = snapshotHosts(repository);
  for (const { name } of sets) {
    if (hosts.has(name)) continue;
    note(`backing up ${name}`);
    backUp(repository, sources, name);
  }
  const image = makeImage(sources, join(root, 'image.squashfs'), note);
  const amounts = Object.fromEntries(sets.map(({ name, amount }) => [name, amount]));
  return { sources, repository, image, amounts };
}

/** As much as a row reads, and what serves it. */
const USED_MEMORY = 2 * 1024 ** 3;

/**
 * Reads these files and folders into the page cache, after memory was used that is free then. In each sample: a
 * machine may take memory back within seconds (DAMON's reclaim), its host gives new memory slowly, and whoever is
 * measured first would pay for all.
 */
export function warm(paths) {
  if (paths.length === 0) return;
  execFileSync(process.execPath, ['-e', `Buffer.alloc(${USED_MEMORY}, 1)`]);
  execFileSync('sh', ['-c', 'find "$@" -type f -exec cat {} + > /dev/null', 'sh', ...paths]);
}

/** Under another name until it is whole. */
function makeSources({ name, make }, sources, note) {
  const folder = join(sources, name);
  if (existsSync(folder)) return;
  note(`making ${name}`);
  const unfinished = join(sources, `.${name}`);
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  make(unfinished);
  renameSync(unfinished, folder);
}
