// The benchmark's repository, made by real restic: the one that RESTIC names, else the system's.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const PASSWORD = 'benchmark';

const MOST_OUTPUT = 256 * 2 ** 20;

/** Does nothing for one that is there. */
export function initRepository(repository) {
  if (!existsSync(join(repository.path, 'config'))) restic(repository, '.', 'init');
}

export function snapshotHosts(repository) {
  return new Set(JSON.parse(restic(repository, '.', 'snapshots', '--json')).map(({ hostname }) => hostname));
}

/** `name` is a folder in `sources`, and the snapshot's host. */
export function backUp(repository, sources, name) {
  restic(repository, sources, 'backup', '--host', name, name);
}

/** What a restic needs to be told by its environment. */
export function resticEnvironment(repository) {
  return { ...process.env, RESTIC_PASSWORD: PASSWORD, RESTIC_CACHE_DIR: repository.cache };
}

function restic(repository, cwd, ...args) {
  return execFileSync(process.env.RESTIC ?? 'restic', ['-q', '-r', repository.path, ...args], {
    cwd,
    encoding: 'utf8',
    env: resticEnvironment(repository),
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: MOST_OUTPUT,
  });
}
