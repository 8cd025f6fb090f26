/** The options of `mount` as people see them: their names, and the text of --help. Their meaning: settings.ts. */

import type { Command } from 'commander';
import { addFilterOptions } from '../options/filter-options.ts';
import { collect } from '../options/global-options.ts';
import { addLinkOptions } from '../options/link-options.ts';
import { addNameOptions } from '../options/name-options.ts';
import { mountHelp } from './help.ts';

export function addMountOptions(command: Command): Command {
  return addLinkOptions(addNameOptions(addShownOptions(command)))
    .option('--allow-other', 'let other users in; the modes of files then count')
    .option('--no-default-permissions', 'with --allow-other: let everybody read everything')
    .option('--noexec', 'nothing on the mount can be run')
    .option(
      '--fsname <name>',
      'what lists of mounts show as the device, Windows as the label (default: snapmount:<repository id>)',
    )
    .option('--acl <mounter|stored>', 'on Windows: whose permissions files show (default: mounter)')
    .option(
      '--driver <name>',
      'what serves it: "fuse" (of Linux), "fuse-native" or "winfsp" (default: "auto", what suits the system)',
    )
    .option('--on-lock-loss <unmount|continue>', 'when others removed our lock (default: unmount)')
    .option('--exec <command>', 'run this in a shell once it serves, and unmount when it ends')
    .option('--idle <duration>', 'unmount when not used for this long, for instance 30m')
    .option('--daemon', 'return once it serves, and go on serving in the background')
    .option('--log-file <file>', 'add what it says, with times, to this file')
    .addHelpText('after', mountHelp(process.platform));
}

/** Which snapshots, where, and whose. */
function addShownOptions(command: Command): Command {
  return addFilterOptions(command, '')
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
    .option('--umask <octal>', 'permissions that nothing has, for instance 022');
}
