/** mount(8) and fstab, through a link to the program that is called mount.snapmount. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { locksIn, snapmountProgram } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { CLEAN_ENVIRONMENT, PASSWORD, systemRestic } from './support/restic.ts';
import { script } from './support/run.ts';

/** mount(8) looks for helpers in /sbin alone: there is ours, in a mount namespace that goes with the script. */
const WITH_HELPER = `
mount -t tmpfs scratch "$1"
mkdir "$1/upper" "$1/work"
mount -t overlay -o "lowerdir=/usr/sbin,upperdir=$1/upper,workdir=$1/work" sbin /usr/sbin
ln -sf "$2" /usr/sbin/mount.snapmount
repository=$3 folder=$4 table=$5
`;

describe('mount(8)', needs('root', 'restic', '/dev/fuse', 'unshare', 'mount', 'findmnt'), () => {
  let repository: string;
  let folder: string;
  let table: string;
  let password: string;
  beforeEach(async () => {
    repository = await smallRepository(systemRestic());
    folder = await temporaryFolder();
    const files = await temporaryFolder();
    table = join(files, 'fstab');
    password = join(files, 'password');
    await writeFile(password, PASSWORD);
  });

  async function withHelper(text: string) {
    const scratch = await temporaryFolder();
    const inside = [
      '--mount',
      '--propagation',
      'private',
      'bash',
      '-euo',
      'pipefail',
      '-c',
      WITH_HELPER + text,
    ];
    const places = ['bash', scratch, snapmountProgram, repository, folder, table];
    const outcome = await script('exec unshare "$@"', [...inside, ...places], {
      env: { ...CLEAN_ENVIRONMENT, RESTIC_PASSWORD: undefined },
    });
    await expect.poll(() => locksIn(repository), { timeout: 10_000 }).toEqual([]);
    return outcome;
  }

  test('mounts a line of fstab, knows it again, and unmounts it', async () => {
    const options = `password-file=${password},allow_other,ro,user,nofail,_netdev,x-systemd.automount,host=here`;
    await writeFile(table, `${repository} ${folder} snapmount ${options} 0 0\n`);
    const outcome = await withHelper(`
      mount -T "$table" "$folder"
      cat "$folder/snapshots/latest/notes"
      findmnt -no SOURCE,FSTYPE,OPTIONS "$folder"
      mount -T "$table" -a -v
      umount "$folder"
      ! findmnt "$folder"`);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const [notes, found = '', again] = outcome.stdout.split('\n');
    expect(notes).toBe('first');
    expect(found).toMatch(/^\S+ +fuse\.snapmount +ro,nosuid,nodev,noexec,.*allow_other/);
    expect(found.split(' ')[0]).toBe(repository);
    expect(again).toMatch(/: already mounted$/);
  });

  test('takes options with commas, blanks in names, and says what is wrong with others', async () => {
    const outcome = await withHelper(`
      mkdir "$folder/m nt"
      printf '%s %s snapmount password-file=%s,path-template=one\\\\,two 0 0\\n' \\
        "$repository" "$folder/m\\\\040nt" ${password} > "$table"
      mount -T "$table" "$folder/m nt"
      ls "$folder/m nt"
      umount "$folder/m nt"
      mount -t snapmount -o frobnicate "$repository" "$folder" || echo "code $?"
      mount -f -t snapmount -o password-file=/no/such "$repository" "$folder"`);
    expect(outcome).toMatchObject({
      code: 0,
      stdout: 'one,two\ncode 1\n',
      stderr:
        'snapmount: Unknown mount option "frobnicate": see `snapmount mount --help` for what there is\n',
    });
  });
});
