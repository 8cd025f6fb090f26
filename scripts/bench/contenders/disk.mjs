// The source files themselves, on the disk's own file system and, after the first look, in the kernel's caches.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export function diskContender({ sources }) {
  const type = execFileSync('stat', ['-f', '-c', '%T', sources], { encoding: 'utf8' }).trim();
  const version = `the source files on ${type}`;
  return { name: 'disk', version, serves: false, reads: () => [], mount: async () => onDisk(sources) };
}

function onDisk(sources) {
  return { at: (set) => join(sources, set), unmount: async () => {} };
}
