// Who takes part on this machine. A contender has
//   name, version  what it is called in the table, and what it is
//   serves         whether there is a process that serves: the disk has none
//   takesProbes    whether its mount can be started with a probe (probe/)
//   reads(data)    what it serves from, as paths
//   mount(data, probe): { at(set), unmount(), and unless it is the disk: seconds, usage(), ask() }

import { diskContender } from './disk.mjs';
import { resticContenders } from './restic.mjs';
import { portable, snapmount } from './snapmount.mjs';
import { squashfuseContenders } from './squashfuse.mjs';

export const CONTENDERS = ['snapmount', 'restic', 'newest', 'squashfuse', 'disk', 'portable'];

/** Those of `wanted` that are there, ours first. `note` is told who is missing. */
export function findContenders(wanted, data, note) {
  const squashfuse = wanted.includes('squashfuse') ? squashfuseContenders(data, note) : [];
  const all = [snapmount, ...resticContenders(wanted, note), ...squashfuse, diskContender(data), portable];
  return all.filter(({ name }) => wanted.includes(name));
}
