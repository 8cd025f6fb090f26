/** The options of `mount` as people see them: their names, and the text of --help. Their meaning: settings.ts. */

import type { Command } from 'commander';
import { addFilterOptions } from '../options/filter-options.ts';
import { collect } from '../options/global-options.ts';
import { addLinkOptions } from '../options/link-options.ts';
import { addNameOptions } from '../options/name-options.ts';

export function addMountOptions(command: Command): Command {
  return addLinkOptions(addNameOptions(addShownOptions(command)))
    .option('--allow-other', 'let other users in; the modes of files then count')
    .option('--no-default-permissions', 'with --allow-other: let everybody read everything')
    .option('--noexec', 'nothing on the mount can be run')
    .option('--fsname <name>', 'what lists of mounts show as the device (default: snapmount:<repository id>)')
    .option(
      '--driver <auto|fuse|fuse-native>',
      'what serves it: the FUSE of Linux, or the package fuse-native (default: what suits the system)',
    )
    .option('--on-lock-loss <unmount|continue>', 'when others removed our lock (default: unmount)')
    .option('--exec <command>', 'run this in a shell once it serves, and unmount when it ends')
    .option('--idle <duration>', 'unmount when not used for this long, for instance 30m')
    .option('--daemon', 'return once it serves, and go on serving in the background')
    .option('--log-file <file>', 'add what it says, with times, to this file')
    .addHelpText('after', MOUNT_HELP);
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

const MOUNT_HELP = `
Templates: %i short id, %I id, %u user, %h host, %t each tag, %T time. Without --path-template:
ids/%i, snapshots/%T, hosts/%h/%T, tags/%t/%T.

Links: "stored" shows every target as it was backed up. "rebase" leads what lies inside the snapshot to its copy there
("C:\\Users" becomes "../../C/Users"). "contain" does, and no other target resolves: nothing leads out of the mount.

It ends by Ctrl-C, SIGTERM or when it is unmounted from outside; a second Ctrl-C does not wait for programs that
still use it.

--exec: the command finds the mount at $SNAPMOUNT_MOUNTPOINT. Standard output is the command's, and so is the exit
code (128 and the signal's number where one ended it). Where the mount itself fails, that code is one of those below
and a line that starts with "snapmount: " (with --json an "exit_error") stands on standard error.

--json prints an event a line (with --exec on standard error):
  {"message_type":"ready","mountpoint":...}               it serves
  {"message_type":"snapshots-changed","added":...,"removed":...,"total":...}
                                                          so many of those shown came and went, so many there are
  {"message_type":"lock-refreshed"}                       the lock was renewed
  {"message_type":"lock-lost","message":...}              the lock is gone, and why
  {"message_type":"unmounted","mountpoint":...,"reason":...}
                         all is done; reason: stopped, unmounted, done (the command), idle or lock-lost

Examples:
  snapmount -r /srv/repo mount /mnt/backup
  snapmount -r /srv/repo mount --host web --path-template '%h/%T' /mnt/backup
  snapmount -r /srv/repo mount --snapshot latest:/home /mnt/home
  snapmount -r /srv/repo mount --daemon --idle 30m --log-file /var/log/snapmount.log /mnt/backup
  snapmount -r /srv/repo mount --exec 'cd "$SNAPMOUNT_MOUNTPOINT" && sha256sum -c /etc/sums' /mnt/backup`;
