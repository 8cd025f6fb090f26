/** `snapmount cat`: one file of a snapshot, byte by byte, to standard output. */

import type { Command } from 'commander';
import { EntryKind } from '../../entry-kind.ts';
import type { File, Node } from '../../mount/node.ts';
import type { CommandContext, CreateContext } from '../context.ts';
import { CommandError } from '../errors.ts';
import { addFilterOptions, type FilterFlags, resolveFilter } from '../options/filter-options.ts';
import { addNameOptions, type NameFlags, resolveNames } from '../options/name-options.ts';
import { readLocation } from '../options/repository-location.ts';
import { withRepository } from '../with-repository.ts';

type CatFlags = FilterFlags & NameFlags;

export function addCatCommand(program: Command, createContext: CreateContext): void {
  const command = program
    .command('cat')
    .description('write a file of a snapshot to standard output')
    .argument('<snapshot:path>', 'the start of an id, or "latest", and a path in the snapshot');
  addNameOptions(addFilterOptions(command, ', for "latest"'))
    .addHelpText(
      'after',
      `
Symbolic links are followed within the snapshot: an absolute target starts at its root.

Examples:
  snapmount -r /srv/repo cat latest:/etc/hosts
  snapmount -r /srv/repo cat 5f3c:/home/ann/photos.tar | tar -t`,
    )
    .action((argument: string, flags: CatFlags) => print(argument, flags, createContext(command, 'data')));
}

async function print(argument: string, flags: CatFlags, context: CommandContext): Promise<void> {
  const [{ openSnapshot, readSnapshotPath }, { walk }, { writeContent }] = await Promise.all([
    import('../open-snapshot.ts'),
    import('../../mount/path-walker.ts'),
    import('../output/write-content.ts'),
  ]);
  const filter = resolveFilter(flags, context.environment);
  const { names, remark } = resolveNames(flags);
  if (remark !== undefined) context.reporter.warn(remark);
  const { name, path } = await readSnapshotPath(argument, names);
  if (path.length === 0) {
    throw new CommandError(
      `No file given: write "${argument.replace(/:$/, '')}:" and its path in the snapshot`,
    );
  }
  const location = await readLocation(context.config.location, context.stop.first);
  await withRepository(context, location, async (repository, signal) => {
    const { root } = await openSnapshot(repository, name, filter, { names }, context.reporter, signal);
    const file = requireFile(await walk(root, path, signal, { follow: true }), argument);
    await writeContent(await file.open(signal), context.output, signal);
  });
}

function requireFile(node: Node, argument: string): File {
  if (node.kind === EntryKind.File) return node;
  const what = node.kind === EntryKind.Directory ? 'a folder: list it with `snapmount ls`' : 'not a file';
  throw new CommandError(`"${argument}" is ${what}`);
}
