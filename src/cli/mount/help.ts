/** What `mount --help` says besides its list of options, for the system that it runs on. Pure. */

/** As Node calls the system. */
export function mountpointHelp(platform: NodeJS.Platform): string {
  return platform === 'win32'
    ? 'a drive letter (X:), * for one that is free, or a folder that does not exist yet'
    : 'an existing folder';
}

export function mountHelp(platform: NodeJS.Platform): string {
  const isWindows = platform === 'win32';
  return `
Templates: %i short id, %I id, %u user, %h host, %t each tag, %T time. Without --path-template:
ids/%i, snapshots/%T, hosts/%h/%T, tags/%t/%T.
${isWindows ? WINDOWS_LINKS : POSIX_LINKS}
It ends by ${isWindows ? WINDOWS_ENDS : POSIX_ENDS}; a second Ctrl-C does not wait for
programs that still use it.

--exec: the command finds the mount at ${isWindows ? '%SNAPMOUNT_MOUNTPOINT%' : '$SNAPMOUNT_MOUNTPOINT'}. Standard output is the command's, and so is the
exit code${isWindows ? '' : " (128 and the signal's number where one ended it)"}. Where the mount itself fails, that code is one of those
below and a line that starts with "snapmount: " (with --json an "exit_error") stands on standard error.

--json prints an event a line (with --exec on standard error):
  {"message_type":"ready","mountpoint":...}               it serves
  {"message_type":"snapshots-changed","added":...,"removed":...,"total":...}
                                                          so many of those shown came and went, so many there are
  {"message_type":"lock-refreshed"}                       the lock was renewed
  {"message_type":"lock-lost","message":...}              the lock is gone, and why
  {"message_type":"unmounted","mountpoint":...,"reason":...}
                         all is done; reason: stopped, unmounted, done (the command), idle or lock-lost
${isWindows ? WINDOWS_EXAMPLES : POSIX_EXAMPLES}`;
}

const POSIX_ENDS = 'Ctrl-C, SIGTERM or when it is unmounted from outside';
const WINDOWS_ENDS = 'Ctrl-C, `snapmount umount`, and when its console is closed or you log off';

const POSIX_LINKS = `
Links: "stored" shows every target as it was backed up. "rebase" leads what lies inside the snapshot to its copy there
("C:\\Users" becomes "../../C/Users"). "contain" does, and no other target resolves: nothing leads out of the mount.
`;

const WINDOWS_LINKS = `
Links: a junction to C:\\Users leads to its copy in the snapshot, and what has none there leads nowhere; only with
"stored" it leads to the C:\\Users of this machine.

Permissions: only the mounting user and the system may read the mount, with --allow-other every user of this machine.
--acl says what the properties of files show; "stored" shows, and does not enforce, those that were backed up.
`;

const POSIX_EXAMPLES = `
Examples:
  snapmount -r /srv/repo mount /mnt/backup
  snapmount -r /srv/repo mount --host web --path-template '%h/%T' /mnt/backup
  snapmount -r /srv/repo mount --snapshot latest:/home /mnt/home
  snapmount -r /srv/repo mount --daemon --idle 30m --log-file /var/log/snapmount.log /mnt/backup
  snapmount -r /srv/repo mount --exec 'cd "$SNAPMOUNT_MOUNTPOINT" && sha256sum -c /etc/sums' /mnt/backup`;

const WINDOWS_EXAMPLES = `
Examples:
  snapmount -r D:\\repo mount X:
  snapmount -r \\\\server\\share\\repo mount *
  snapmount -r D:\\repo mount --host laptop --path-template "%h/%T" C:\\mnt\\backup
  snapmount -r D:\\repo mount --snapshot latest:/C/Users X:
  snapmount -r D:\\repo mount --daemon --idle 30m --log-file C:\\logs\\snapmount.log X:`;
