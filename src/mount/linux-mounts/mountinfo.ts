/** What is mounted where: /proc/self/mountinfo, as proc(5) describes it. The parser is pure. */

import { readFile } from 'node:fs/promises';

export interface MountInfo {
  /** Names the mount for as long as it lives, also when it moves. */
  readonly id: string;
  /** The id of the mount that it stands on. */
  readonly parent: string;
  /** `major:minor`; names the connection of a FUSE mount for as long as that lives. */
  readonly device: string;
  readonly mountpoint: string;
  /** For instance `fuse.snapmount`. */
  readonly type: string;
  /** What is said to be mounted, for instance `snapmount:5956a3f67a`. Whoever mounts chooses it: no text to be trusted. */
  readonly source: string;
}

/** The mount that is seen at a path, which must hold no symbolic link: the last one made there. */
export async function mountAt(path: string): Promise<MountInfo | undefined> {
  return (await mountsAt(path)).at(-1);
}

/** All mounts at such a path; each hides those before it. */
export async function mountsAt(path: string): Promise<MountInfo[]> {
  return (await readMounts()).filter((mount) => mount.mountpoint === path);
}

/** Every mount that this process can see, each behind those that it hides. */
export async function readMounts(): Promise<MountInfo[]> {
  return parseMountInfo(await readFile('/proc/self/mountinfo', 'utf8'));
}

/** The mounts that stand on the one with this id, or on one of those: innermost first. */
export function mountsBelow(mounts: readonly MountInfo[], id: string): MountInfo[] {
  return mounts
    .filter(({ parent }) => parent === id)
    .flatMap((mount) => [...mountsBelow(mounts, mount.id), mount]);
}

export function parseMountInfo(text: string): MountInfo[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);
}

/** A path as it stands there, for those who compare without decoding. */
export function escapeMountpoint(path: string): string {
  return path.replace(/[ \t\n\\]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`: optional fields end at a lone dash. */
function parseLine(line: string): MountInfo {
  const fields = line.split(' ');
  const [type = '', source = ''] = fields.slice(fields.indexOf('-', 6) + 1);
  return {
    id: fields[0] ?? '',
    parent: fields[1] ?? '',
    device: fields[2] ?? '',
    mountpoint: decodeOctal(fields[4] ?? ''),
    type,
    source: decodeOctal(source),
  };
}

/** Space, tab, newline and backslash are written as three octal digits. */
function decodeOctal(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
