/** `snapmount snapshots`: which snapshots there are, as restic shows them. */

import type { Command } from 'commander';
import { findSnapshot, parseSnapshotReference } from '../../repo/find-snapshot.ts';
import type { Snapshot } from '../../repo/repository.ts';
import { acceptsEverySnapshot, matchesFilter, type SnapshotFilter } from '../../repo/snapshot-filter.ts';
import type { CommandContext, CreateContext } from '../context.ts';
import { CommandError } from '../errors.ts';
import { addFilterOptions, type FilterFlags, resolveFilter } from '../options/filter-options.ts';
import { readLocation } from '../options/repository-location.ts';
import { jsonLine } from '../output/json-output.ts';
import { snapshotObject } from '../output/snapshot-json.ts';
import { snapshotTable, timeZoneName } from '../output/snapshot-table.ts';
import { withRepository } from '../with-repository.ts';

export interface SnapshotsFlags extends FilterFlags {
  readonly latest?: string;
  readonly compact?: true;
}

export function addSnapshotsCommand(program: Command, createContext: CreateContext): void {
  const command = program
    .command('snapshots')
    .description('list the snapshots, oldest first')
    .argument('[id...]', 'only these: the start of an id, or "latest"');
  addFilterOptions(command, '')
    .option('--latest <n>', 'only the last n of each host and set of paths')
    .option('-c, --compact', 'leave the paths out')
    .addHelpText(
      'after',
      `
Examples:
  snapmount -r /srv/repo snapshots
  snapmount -r /srv/repo snapshots --host web --latest 3
  snapmount -r /srv/repo snapshots --json | jq -r '.[].short_id'`,
    )
    .action((ids: string[], flags: SnapshotsFlags) =>
      printSnapshots(ids, flags, createContext(command, 'data')),
    );
}

async function printSnapshots(
  ids: readonly string[],
  flags: SnapshotsFlags,
  context: CommandContext,
): Promise<void> {
  const filter = resolveFilter(flags, context.environment);
  const most = flags.latest === undefined ? undefined : parseCount(flags.latest);
  const location = await readLocation(context.config.location, context.stop.first);
  await withRepository(context, location, async (repository, signal) => {
    const all = await repository.snapshots(signal);
    const chosen = latestOfEach(chooseSnapshots(all, ids, filter), most);
    const text = context.json
      ? jsonLine(chosen.map(snapshotObject))
      : snapshotTable(chosen, flags.compact ?? false, timeZoneName(process.env));
    await context.output.write([Buffer.from(text)], signal);
  });
}

/** By ids where there are any, otherwise by the filter; in the order of `all`. Throws. */
export function chooseSnapshots(
  all: readonly Snapshot[],
  ids: readonly string[],
  filter: SnapshotFilter,
): readonly Snapshot[] {
  if (ids.length === 0) return all.filter((snapshot) => matchesFilter(filter, snapshot));
  if (!ids.includes('latest') && !acceptsEverySnapshot(filter)) {
    throw new CommandError('Options --host, --tag and --path choose nothing when ids are given');
  }
  const chosen = new Set(ids.map((id) => findSnapshot(all, requireNoPath(id), filter)));
  return all.filter((snapshot) => chosen.has(snapshot));
}

/** The newest `most` of each host and set of paths; `all` is oldest first and stays so. */
export function latestOfEach(all: readonly Snapshot[], most: number | undefined): readonly Snapshot[] {
  if (most === undefined) return all;
  const seen = new Map<string, number>();
  return all
    .toReversed()
    .filter((snapshot) => {
      const key = JSON.stringify([snapshot.hostname, snapshot.paths.toSorted()]);
      const count = (seen.get(key) ?? 0) + 1;
      seen.set(key, count);
      return count <= most;
    })
    .toReversed();
}

function requireNoPath(id: string): string {
  const { name, path } = parseSnapshotReference(id);
  if (path === '') return name;
  throw new CommandError(`Snapshot "${id}" names a folder: a list of snapshots takes ids only`);
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new CommandError(`Invalid value "${text}" for --latest: it takes a number from 1`);
}
