/** What flags of `mount` mean on Windows that people may not expect there. Pure. */

/** Those of `mount` that are looked at. */
export interface RemarkableFlags {
  readonly ownerRoot?: true;
  readonly uid?: string;
  readonly gid?: string;
  readonly umask?: string;
  readonly allowOther?: true;
  readonly defaultPermissions?: boolean;
  readonly fsname?: string;
}

/** In UTF-16 units; a volume's label has room for no more. */
const LONGEST_LABEL = 32;

/** A line each. */
export function remarksOnWindows(flags: RemarkableFlags): string[] {
  const remarks: string[] = [];
  const owners = ownerFlags(flags);
  if (owners.length > 0) {
    const [options, have] = owners.length === 1 ? ['Option', 'has'] : ['Options', 'have'];
    remarks.push(
      `${options} ${owners.join(', ')} ${have} no effect on Windows, where all files are the mounting user's`,
    );
  }
  if (flags.allowOther && flags.defaultPermissions !== false) {
    remarks.push(
      'With --allow-other every user of this machine can read everything: modes do not count on Windows',
    );
  }
  if (flags.fsname !== undefined && flags.fsname.length > LONGEST_LABEL) {
    remarks.push(`The volume's label shows the first ${LONGEST_LABEL} characters of --fsname`);
  }
  return remarks;
}

function ownerFlags({ ownerRoot, uid, gid, umask }: RemarkableFlags): string[] {
  const given = { '--owner-root': ownerRoot, '--uid': uid, '--gid': gid, '--umask': umask };
  return Object.entries(given).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
}
