/**
 * The options of libfuse 2 and of the systems below it, as one argument. Pure. Sources: libfuse 2.9, lib/mount.c and
 * lib/fuse.c; OSXFUSE 3.10, its libfuse and mount_osxfuse.
 */

import type { MountOptions } from '../driver.ts';
import { MountError } from '../errors.ts';

export interface OptionSurroundings {
  /** As Node has it. */
  readonly platform: string;
  /** What lists of mounts show as the type, on Linux behind `fuse.`. */
  readonly subtype: string;
  /** A volume's picture for Finder, if there is one. */
  readonly icon?: string;
}

/** Milliseconds for which the kernel believes what it was told: folders above the snapshots change. */
const BELIEVED = 1000;
/** Bytes; the most that the kernel asks libfuse 2 for. */
const MAX_READ = 131_072;
/** Seconds without an answer after which macOS asks whether to throw the volume out: storage may be far away. */
const MACOS_PATIENCE = 600;
/** Bytes: fuse-native keeps one less of the whole argument. */
const ROOM = 1024;

/** Throws MountError for what is too long. */
export function optionString(options: MountOptions, surroundings: OptionSurroundings): string {
  const list = [
    ...commonOptions(options),
    ...(surroundings.platform === 'darwin'
      ? macosOptions(options, surroundings)
      : [`subtype=${surroundings.subtype}`, `max_read=${MAX_READ}`]),
  ];
  const text = `-o${list.join(',')}`;
  if (Buffer.byteLength(text) < ROOM && Buffer.byteLength(options.mountpoint) < ROOM) return text;
  throw new MountError(
    'failed',
    `Cannot mount on "${options.mountpoint}": fuse-native takes no more than ${ROOM - 1} bytes of path, and of options`,
  );
}

function commonOptions({
  source,
  noExec,
  allowOther,
  defaultPermissions,
  longestCaching,
}: MountOptions): string[] {
  const seconds = Math.min(BELIEVED, longestCaching ?? BELIEVED) / 1000;
  return [
    'ro',
    'nosuid',
    'nodev',
    ...(noExec ? ['noexec'] : []),
    ...(allowOther ? ['allow_other'] : []),
    ...(defaultPermissions ? ['default_permissions'] : []),
    // The numbers that we give, or every name of a file would be a file of its own.
    'use_ino',
    ...['entry_timeout', 'attr_timeout', 'negative_timeout'].map((name) => `${name}=${seconds}`),
    `fsname=${escapeOption(source)}`,
  ];
}

function macosOptions({ mountpoint }: MountOptions, { icon }: OptionSurroundings): string[] {
  const volume = mountpoint.slice(mountpoint.lastIndexOf('/') + 1);
  return [
    `volname=${escapeOption(volume)}`,
    ...(icon === undefined ? [] : [`volicon=${escapeOption(icon)}`]),
    // Finder would write beside each file, and asks for what it would have written.
    'noappledouble',
    'noapplexattr',
    `daemon_timeout=${MACOS_PATIENCE}`,
  ];
}

/** libfuse splits at commas that no backslash precedes. */
function escapeOption(value: string): string {
  return value.replace(/[\\,]/g, '\\$&');
}
