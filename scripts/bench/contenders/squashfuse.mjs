// squashfuse_ll: a read-only FUSE file system in C, compressed and not encrypted, on an image of the same files.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findProgram } from '../find-program.mjs';
import { startMount } from './fuse-mount.mjs';

/** None, with a note, where the program or the image is missing. */
export function squashfuseContenders(data, note) {
  const program = findProgram('squashfuse_ll');
  if (program === undefined)
    note('left out: squashfuse, since there is no squashfuse_ll (Debian: squashfuse)');
  if (program === undefined || data.image === undefined) return [];
  const version = versionOf(program);
  const reads = () => [data.image];
  return [{ name: 'squashfuse', version, serves: true, reads, mount: () => mount(program, data.image) }];
}

async function mount(program, image) {
  const served = await startMount({ command: [program, '-f', image], firstLook: '.' });
  return { ...served, at: (set) => join(served.path, set) };
}

/** `squashfuse 0.1.104 (c) 2012 Dave Vasilevsky`, with the usage and a failure. */
function versionOf(program) {
  const { stdout, stderr } = spawnSync(program, ['--help'], { encoding: 'utf8' });
  return /squashfuse \S+/.exec(`${stdout}${stderr}`)?.[0] ?? 'squashfuse';
}
