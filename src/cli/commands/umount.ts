/** `snapmount umount`: ends a mount and waits until nothing of it is left. Needs no repository and no password. */

import { type Command, Option } from 'commander';
import type { CommandContext, CreateContext } from '../context.ts';
import { jsonLine } from '../output/json-output.ts';

interface UmountFlags {
  readonly lazy?: true;
  /** As fusermount3 calls it. */
  readonly z?: true;
}

export function addUmountCommand(program: Command, createContext: CreateContext): void {
  const command = program
    .command('umount')
    .description('unmount, and wait until the process that served it has removed its lock')
    .argument('<mountpoint>', 'where it is mounted: a folder, or a drive letter of Windows')
    .option('-l, --lazy', 'also while it is used: it disappears now and ends with its last user')
    .addOption(new Option('-z').hideHelp())
    .addHelpText(
      'after',
      `
Ctrl-C ends the waiting, not the process that is waited for.

Examples:
  snapmount umount /mnt/backup
  snapmount umount --lazy /mnt/backup
  snapmount umount /mnt/backup && restic prune
  snapmount umount X:`,
    )
    .action((mountpoint: string, flags: UmountFlags) =>
      umount(mountpoint, flags, createContext(command, 'notes')),
    );
}

async function umount(
  mountpoint: string,
  { lazy, z }: UmountFlags,
  { reporter, stop, json, output }: CommandContext,
): Promise<void> {
  const endMount = await loadEndMount();
  const detach = lazy === true || z === true;
  const path = await endMount(mountpoint, { detach }, reporter, stop.first);
  if (!json) return;
  const event = { message_type: 'unmounted', mountpoint: path };
  await output.write([Buffer.from(jsonLine(event))], stop.first);
}

async function loadEndMount(): Promise<typeof import('../umount/end-mount.ts').endMount> {
  if (process.platform !== 'win32') return (await import('../umount/end-mount.ts')).endMount;
  return (await import('../umount/end-windows-mount.ts')).endWindowsMount;
}
