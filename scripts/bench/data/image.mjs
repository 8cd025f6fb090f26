// The squashfs image of the source files, for squashfuse_ll. zstd at restic's level, squashfs' own block size, and no
// search for duplicates, which takes mksquashfs longer than all else with so many files of some bytes.

import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { findProgram } from '../find-program.mjs';

/** Returns `image`, made if it was missing; undefined where there is no mksquashfs. */
export function makeImage(sources, image, note) {
  if (existsSync(image)) return image;
  const program = findProgram('mksquashfs');
  if (program === undefined) {
    note('no mksquashfs (Debian: squashfs-tools), so no image for squashfuse_ll');
    return undefined;
  }
  note('making the squashfs image');
  const unfinished = `${image}.new`;
  rmSync(unfinished, { force: true });
  const flags = [
    '-comp',
    'zstd',
    '-Xcompression-level',
    '3',
    '-no-duplicates',
    '-noappend',
    '-quiet',
    '-no-progress',
  ];
  execFileSync(program, [sources, unfinished, ...flags], { stdio: ['ignore', 'ignore', 'inherit'] });
  renameSync(unfinished, image);
  return image;
}
