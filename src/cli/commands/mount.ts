/** `snapmount mount`: from flags to a mount that is served here, or by a daemon. */

import type { Command } from 'commander';
import type { CommandContext, CreateContext } from '../context.ts';
import { withLogFile } from '../mount/announce/log-file.ts';
import { launchDaemon } from '../mount/daemon/parent.ts';
import { addMountOptions } from '../mount/options.ts';
import { serveMount } from '../mount/serve-mount.ts';
import { type MountFlags, resolveMountSettings } from '../mount/settings.ts';
import { resolveFilter } from '../options/filter-options.ts';

export function addMountCommand(program: Command, createContext: CreateContext): void {
  const command = program
    .command('mount')
    .description('mount the repository read-only and serve it until it is unmounted')
    .argument('<mountpoint>', 'an existing folder');
  addMountOptions(command).action((mountpoint: string, flags: MountFlags) =>
    mount(mountpoint, flags, createContext(command, flags.exec === undefined ? 'notes' : 'data')),
  );
}

async function mount(mountpoint: string, flags: MountFlags, context: CommandContext): Promise<void> {
  const settings = resolveMountSettings(flags);
  const filter = resolveFilter(flags, context.environment);
  if (settings.daemon && context.launcher === undefined) {
    context.exitWith(await launchDaemon(flags.logFile, context));
    return;
  }
  await withLogFile(flags.logFile, context, async (logged) => {
    for (const remark of settings.remarks) logged.reporter.warn(remark);
    await serveMount({ mountpoint, settings, filter, only: flags.snapshot }, logged);
  });
}
