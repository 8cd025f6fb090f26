// `restic mount`, as people run it: with its lock and its cache. Twice if the machine has two versions of it.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { resticEnvironment } from '../data/repository.mjs';
import { findProgram } from '../find-program.mjs';
import { startMount } from './fuse-mount.mjs';

/** Where scripts/test lets scripts/newest-restic put it. */
const unpacked = fileURLToPath(
  new URL('../../../.cache/newest-restic/unpacked/usr/bin/restic', import.meta.url),
);

/** `restic` is the one that RESTIC names, `newest` the one that RESTIC_NEW names or scripts/newest-restic has left. */
export function resticContenders(wanted, note) {
  const programs = { restic: process.env.RESTIC || 'restic', newest: process.env.RESTIC_NEW || unpacked };
  const found = Object.entries(programs)
    .filter(([name]) => wanted.includes(name))
    .map(([name, program]) => contender(name, program, note))
    .filter((one) => one !== undefined);
  return found[0]?.version === found[1]?.version ? found.slice(0, 1) : found;
}

/** Where a data set is in the folders of snapshots. */
export function pathInSnapshots(mountpoint, set) {
  return `${mountpoint}/hosts/${set}/latest/${set}`;
}

function contender(name, given, note) {
  const program = findProgram(given);
  if (program === undefined) {
    note(`left out: ${name}, since there is no ${given}`);
    return undefined;
  }
  // `restic 0.14.0 compiled with go1.19.8 on linux/amd64`
  const version = execFileSync(program, ['version'], { encoding: 'utf8' }).split(' ').slice(0, 2).join(' ');
  const reads = ({ repository }) => [repository.path];
  return { name, version, serves: true, reads, mount: (data) => mount(program, data) };
}

async function mount(program, { repository }) {
  const served = await startMount({
    command: [program, 'mount', '-q', '-r', repository.path],
    env: resticEnvironment(repository),
    firstLook: 'snapshots/latest/',
  });
  return { ...served, at: (set) => pathInSnapshots(served.path, set) };
}
