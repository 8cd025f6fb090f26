/** `snapmount mount`: from flags to a mount that is served here, or by a process of its own. */

import type { Command } from 'commander';
import type { CommandContext, CreateContext } from '../context.ts';
import { withLogFile } from '../mount/announce/log-file.ts';
import { mountpointHelp } from '../mount/help.ts';
import { addMountOptions } from '../mount/options.ts';
import { runMountCommand, serveMount } from '../mount/serve-mount.ts';
import { launchServer } from '../mount/server-process/starter.ts';
import { type MountFlags, resolveMountSettings } from '../mount/settings.ts';
import { resolveFilter } from '../options/filter-options.ts';

/**
 * On Windows a process must not touch a mount that it serves itself, not even by starting a program that lies there.
 * And closing the console window leaves the process in it five seconds, which may not do to remove a lock.
 */
const SERVES_APART = process.platform === 'win32';

export function addMountCommand(program: Command, createContext: CreateContext): void {
  const command = program
    .command('mount')
    .description('mount the repository read-only and serve it until it is unmounted')
    .argument('<mountpoint>', mountpointHelp(process.platform));
  addMountOptions(command).action((mountpoint: string, flags: MountFlags) =>
    mount(mountpoint, flags, createContext(command, flags.exec === undefined ? 'notes' : 'data')),
  );
}

async function mount(mountpoint: string, flags: MountFlags, context: CommandContext): Promise<void> {
  const settings = resolveMountSettings(flags);
  const filter = resolveFilter(flags, context.environment);
  if (context.launcher === undefined && (settings.daemon || SERVES_APART)) {
    const { command, daemon } = settings;
    const server = {
      stays: !daemon,
      logFile: flags.logFile,
      runCommand: (path: string, signal: AbortSignal) => runMountCommand(command, path, context, signal),
    };
    context.exitWith(await launchServer(server, context));
    return;
  }
  await withLogFile(flags.logFile, context, async (logged) => {
    for (const remark of settings.remarks) logged.reporter.warn(remark);
    await serveMount({ mountpoint, settings, filter, only: flags.snapshot }, logged);
  });
}
