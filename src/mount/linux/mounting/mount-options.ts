/** The option strings of mount(2) and of fusermount3. Pure. */

import type { MountOptions } from '../../driver.ts';
import { SUBTYPE } from '../../linux-mounts/mount-type.ts';
import { MAX_READ } from '../init.ts';

/** What the kernel parses from the data of mount(2) for type fuse. */
export function kernelOptions(descriptor: number, user: Identity, options: MountOptions): string {
  return [
    `fd=${descriptor}`,
    'rootmode=40000',
    `user_id=${user.uid}`,
    `group_id=${user.gid}`,
    ...commonOptions(options),
  ].join(',');
}

/** What fusermount3 takes with -o; it adds descriptor, mode and user itself. */
export function helperOptions(options: MountOptions): string {
  return [
    'ro',
    'nosuid',
    'nodev',
    ...(options.noExec ? ['noexec'] : []),
    `fsname=${escapeOption(options.source)}`,
    `subtype=${SUBTYPE}`,
    ...commonOptions(options),
  ].join(',');
}

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

function commonOptions(options: MountOptions): string[] {
  const list: string[] = [];
  if (options.defaultPermissions) list.push('default_permissions');
  if (options.allowOther) list.push('allow_other');
  list.push(`max_read=${MAX_READ}`);
  return list;
}

/** fusermount3 splits at commas that no backslash precedes. */
function escapeOption(value: string): string {
  return value.replace(/[\\,]/g, '\\$&');
}
