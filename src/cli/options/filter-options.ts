/** The options that choose snapshots, shared by the commands, and the filter that they and RESTIC_HOST make. */

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { parseTagList, type SnapshotFilter } from '../../repo/snapshot-filter.ts';
import type { Environment } from './environment.ts';
import { collect } from './global-options.ts';

export interface FilterFlags {
  readonly host?: readonly string[];
  readonly tag?: readonly string[];
  readonly path?: readonly string[];
}

/** `when` ends the descriptions, for instance `, for "latest"`. */
export function addFilterOptions(command: Command, when: string): Command {
  return command
    .option('-H, --host <host>', `only snapshots of this host${when} (repeatable, any of them)`, collect)
    .option('--tag <tag[,tag...]>', `only snapshots with all these tags${when} (repeatable)`, collect)
    .option('--path <path>', `only snapshots of this path${when} (repeatable, all of them)`, collect);
}

export function resolveFilter(flags: FilterFlags, environment: Environment): SnapshotFilter {
  const hosts = flags.host ?? (environment.host === undefined ? [] : [environment.host]);
  return {
    // `--host ""` alone switches RESTIC_HOST off.
    hosts: hosts.length === 1 && hosts[0] === '' ? [] : hosts,
    tagLists: (flags.tag ?? []).map(parseTagList),
    // As written too: paths of another system's snapshots (`C:\Users`) are not to be made absolute here.
    paths: (flags.path ?? []).map((path) => [path, resolve(path)]),
  };
}
