/** `snapmount mount`: from flags to a session, and what a person or a program is told about it. */

import type { Command } from 'commander';
import type { MountDriver } from '../../mount/driver.ts';
import type { View } from '../../mount/node.ts';
import { findSnapshot } from '../../repo/find-snapshot.ts';
import type { Repository } from '../../repo/repository.ts';
import { matchesFilter, type SnapshotFilter } from '../../repo/snapshot-filter.ts';
import type { Reporter } from '../../report.ts';
import type { CommandContext, CreateContext } from '../context.ts';
import { CommandError, OutputClosed } from '../errors.ts';
import { checkMountpoint } from '../mount/mountpoint.ts';
import { type MountFlags, type MountSettings, resolveMountSettings } from '../mount/settings.ts';
import { addFilterOptions, resolveFilter } from '../options/filter-options.ts';
import { collect } from '../options/global-options.ts';
import { readLocation } from '../options/repository-location.ts';
import { jsonLine } from '../output/json-output.ts';
import { openRepositoryAt } from '../with-repository.ts';

const ID_LENGTH_IN_SOURCE = 10;
const LAST_EVENT_MS = 1000;

export function addMountCommand(program: Command, createContext: CreateContext): void {
  const command = program
    .command('mount')
    .description('mount the repository read-only and serve it until it is unmounted')
    .argument('<mountpoint>', 'an existing folder');
  addFilterOptions(command, '')
    .option(
      '--snapshot <snapshot[:path]>',
      'show only this snapshot, or a folder of it ("latest" takes filters)',
    )
    .option('--path-template <template>', 'where snapshots appear (repeatable)', collect)
    .option('--time-template <template>', "how %T is written, for Go's time 2006-01-02T15:04:05Z07:00")
    .option('--snapshot-template <template>', 'old name of --time-template')
    .option('--owner-root', 'everything belongs to root')
    .option('--uid <number>', 'everything belongs to this user')
    .option('--gid <number>', 'everything belongs to this group')
    .option('--umask <octal>', 'permissions that nothing has, for instance 022')
    .option('--allow-other', 'let other users in; the modes of files then count')
    .option('--no-default-permissions', 'with --allow-other: let everybody read everything')
    .option('--on-lock-loss <unmount|continue>', 'when others removed our lock (default: unmount)')
    .addHelpText('after', HELP)
    .action((mountpoint: string, flags: MountFlags) =>
      mount(mountpoint, flags, createContext(command, 'notes')),
    );
}

const HELP = `
Templates: %i short id, %I id, %u user, %h host, %t each tag, %T time. Without --path-template:
ids/%i, snapshots/%T, hosts/%h/%T, tags/%t/%T.

It ends by Ctrl-C, SIGTERM or when it is unmounted from outside; a second Ctrl-C does not wait for programs that
still use it. With --json it prints {"message_type":"ready",...} once it serves and "unmounted" at the end.

Examples:
  snapmount -r /srv/repo mount /mnt/backup
  snapmount -r /srv/repo mount --host web --path-template '%h/%T' /mnt/backup
  snapmount -r /srv/repo mount --snapshot latest:/home /mnt/home`;

async function mount(mountpoint: string, flags: MountFlags, context: CommandContext): Promise<void> {
  const { config, reporter, stop } = context;
  const settings = resolveMountSettings(flags);
  const filter = resolveFilter(flags, context.environment);
  for (const remark of settings.remarks) reporter.warn(remark);
  const location = await readLocation(config.location, stop.first);
  const { path, note } = await checkMountpoint(mountpoint, location, reporter, stop.first);
  if (note) reporter.warn(note);

  const driver = await createDriver(reporter);
  const { runSession } = await import('../../mount/session.ts');
  const { allowOther, defaultPermissions, onLockLoss } = settings;
  const repository = await openRepositoryAt(location, context);
  const source = `snapmount:${repository.id.slice(0, ID_LENGTH_IN_SOURCE)}`;
  await runSession({
    repository,
    createView: (signal) => makeView(repository, settings, filter, flags.snapshot, context, signal),
    driver,
    mount: { mountpoint: path, source, allowOther, defaultPermissions },
    stop,
    reporter,
    onLockLoss,
    onReady: () => announceReady(mountpoint, path, context),
  });
  // All is done: a reader that has stopped reading is not waited for, and a second Ctrl-C is no failure.
  await announce(
    { message_type: 'unmounted', mountpoint: path },
    context,
    AbortSignal.timeout(LAST_EVENT_MS),
  );
}

/** Chooses the driver for this operating system, and loads only that one. */
async function createDriver(reporter: Reporter): Promise<MountDriver> {
  if (process.platform !== 'linux') {
    throw new CommandError(
      `Mounting is not supported on ${process.platform} yet: use \`ls\` and \`cat\` there`,
    );
  }
  const { createLinuxDriver } = await import('../../mount/linux/driver.ts');
  return createLinuxDriver({ reporter });
}

async function makeView(
  repository: Repository,
  settings: MountSettings,
  filter: SnapshotFilter,
  only: string | undefined,
  { reporter }: CommandContext,
  signal: AbortSignal,
): Promise<View> {
  const { createSnapshotView, createView } = await import('../../mount/view/view.ts');
  const { ownership, pathTemplates, timeTemplate } = settings;
  if (only !== undefined) {
    const { readSnapshotPath } = await import('../open-snapshot.ts');
    const { name, path } = await readSnapshotPath(only);
    const snapshot = findSnapshot(await repository.snapshots(signal), name, filter);
    return createSnapshotView(repository, snapshot, path, { ownership }, reporter, signal);
  }
  const options = {
    pathTemplates,
    timeTemplate,
    ownership,
    accepts: matchesFilter.bind(undefined, filter),
    mounter: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
  };
  return createView(repository, options, reporter, signal);
}

async function announceReady(mountpoint: string, path: string, context: CommandContext): Promise<void> {
  const { reporter, stop } = context;
  reporter.note(`Now serving the repository at ${mountpoint}`);
  reporter.note('Browse the folder with any other program');
  reporter.note('Press Ctrl-C here or unmount the folder to end');
  const sayGoodbye = () => reporter.note('Unmounting; ask once more to end without waiting for its users');
  stop.first.addEventListener('abort', sayGoodbye, { once: true });
  await announce({ message_type: 'ready', mountpoint: path }, context, stop.second);
}

/** For programs. That nobody reads the events any more is no reason to end a mount that others use. */
async function announce(
  event: Record<string, string>,
  { json, output }: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  if (!json) return;
  try {
    await output.write([Buffer.from(jsonLine(event))], signal);
  } catch (error) {
    if (!(error instanceof OutputClosed) && error !== signal.reason) throw error;
  }
}
