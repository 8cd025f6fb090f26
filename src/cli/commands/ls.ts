/** `snapmount ls`: what is in a snapshot, as a person, a pipe or a program reads it. */

import type { Command } from 'commander';
import { EntryKind } from '../../entry-kind.ts';
import type { Node } from '../../mount/node.ts';
import type { CommandContext, CreateContext } from '../context.ts';
import { CommandError } from '../errors.ts';
import type { OpenedSnapshot } from '../open-snapshot.ts';
import { addFilterOptions, type FilterFlags, resolveFilter } from '../options/filter-options.ts';
import { addLinkOptions, type LinkFlags, resolveLinks } from '../options/link-options.ts';
import { addNameOptions, type NameFlags, resolveNames } from '../options/name-options.ts';
import { readLocation } from '../options/repository-location.ts';
import { type EntryFormat, jsonFormat, longFormat, plainFormat } from '../output/entry-format.ts';
import { jsonLine } from '../output/json-output.ts';
import { snapshotObject } from '../output/snapshot-json.ts';
import { withRepository } from '../with-repository.ts';

interface LsFlags extends FilterFlags, LinkFlags, NameFlags {
  readonly long?: true;
  readonly recursive?: true;
}

const SLASH = 0x2f;

export function addLsCommand(program: Command, createContext: CreateContext): void {
  const command = program
    .command('ls')
    .description('list a folder of a snapshot')
    .argument('<snapshot[:path]>', 'the start of an id, or "latest"; the path is one in the snapshot');
  addNameOptions(addLinkOptions(addFilterOptions(command, ', for "latest"')))
    .option('--recursive', 'list all folders below it as well')
    .option('-l, --long', 'show modes, owners, sizes and times too')
    .addHelpText(
      'after',
      `
Paths are printed from the listed folder on, as by restic. Names come out byte by byte as they were backed up,
except on a terminal, where what could confuse it is escaped. Of names that are not UTF-8, --json has the bytes
in base64 as name_raw and path_raw. What no name of the system can hold is mapped as a mount shows it (--names). Of links
--json has what a mount would show as linktarget, and where that differs the target that was backed up as
linktarget_stored; of what was backed up on Windows it has an object "windows".

Examples:
  snapmount -r /srv/repo ls latest
  snapmount -r /srv/repo ls -l --host web latest:/etc/nginx
  snapmount -r /srv/repo ls --recursive --json 5f3c | jq 'select(.type == "file").path'`,
    )
    .action((argument: string, flags: LsFlags) => list(argument, flags, createContext(command, 'data')));
}

async function list(argument: string, flags: LsFlags, context: CommandContext): Promise<void> {
  const [{ openSnapshot, readSnapshotPath }, { walk }] = await Promise.all([
    import('../open-snapshot.ts'),
    import('../../mount/path-walker.ts'),
  ]);
  const filter = resolveFilter(flags, context.environment);
  const links = resolveLinks(flags);
  const { names, remark } = resolveNames(flags);
  if (remark !== undefined) context.reporter.warn(remark);
  const { name, path } = await readSnapshotPath(argument, names);
  const location = await readLocation(context.config.location, context.stop.first);
  await withRepository(context, location, async (repository, signal) => {
    const opened = await openSnapshot(repository, name, filter, { names, links }, context.reporter, signal);
    const node = await walk(opened.root, path, signal, { follow: true });
    printHeader(opened, context);
    await listNode(node, path, flags, context, signal);
  });
}

function printHeader({ snapshot }: OpenedSnapshot, { json, output, reporter }: CommandContext): void {
  if (json) {
    const types = { message_type: 'snapshot', struct_type: 'snapshot' };
    output.append(Buffer.from(jsonLine({ ...snapshotObject(snapshot), ...types })));
  } else {
    reporter.note(
      `Snapshot ${snapshot.id.slice(0, 8)} of ${snapshot.paths.join(', ')} on ${snapshot.hostname}`,
    );
  }
}

async function listNode(
  node: Node,
  path: Uint8Array,
  flags: LsFlags,
  context: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  const { output } = context;
  const format = chooseFormat(flags, context);
  if (node.kind !== EntryKind.Directory) {
    const name = lastName(path);
    const line = { name, path: Buffer.concat([Buffer.of(SLASH), name]), attributes: node.attributes };
    output.append(format.line({ ...line, target: undefined, facts: node.storedFacts?.() }));
    return output.flush(signal);
  }
  const { listEntries } = await import('../output/list-entries.ts');
  const unreadable = await listEntries(node, { format, recursive: flags.recursive ?? false, output }, signal);
  if (unreadable > 0) {
    throw new CommandError(`${unreadable} ${unreadable === 1 ? 'folder' : 'folders'} could not be read`);
  }
}

function chooseFormat(flags: LsFlags, { json, output }: CommandContext): EntryFormat {
  if (json) return jsonFormat;
  return flags.long ? longFormat(output.isTerminal) : plainFormat(output.isTerminal);
}

function lastName(path: Uint8Array): Uint8Array {
  return path.subarray(path.lastIndexOf(SLASH) + 1);
}
