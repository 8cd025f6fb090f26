/**
 * What a Windows path says, as links hold it: which drive, share or volume, and the names below. Takes the kernel's
 * spelling (`\??\C:\Users`), which reparse points have, and that of programs (`C:\Users`, `\\?\C:\Users`), in which
 * restic stores targets. Opens nothing, resolves neither `.` nor `..`. Pure.
 */

/**
 * `parts` are the names in order, none of them empty. `.` and `..` are left among them, and any character but the
 * separators `\` and `/` may be in one: they come from a repository, and are to be treated so.
 */
export type NtPath =
  /** `C:\Users\me`: `drive` is one capital letter. */
  | { readonly kind: 'drive'; readonly drive: string; readonly parts: readonly string[] }
  /** `C:me`: from the working folder of that drive, which nothing has recorded. */
  | { readonly kind: 'drive-relative'; readonly drive: string; readonly parts: readonly string[] }
  /** `\\server\share\me`; `share` is empty where none is named. */
  | {
      readonly kind: 'unc';
      readonly server: string;
      readonly share: string;
      readonly parts: readonly string[];
    }
  /** `\\?\Volume{GUID}\me`: `guid` in lower case, without braces. */
  | { readonly kind: 'volume'; readonly guid: string; readonly parts: readonly string[] }
  /** `\Windows`: from the root of the volume that the link is on. */
  | { readonly kind: 'rooted'; readonly parts: readonly string[] }
  /** `..\me`: from the folder that the link is in. */
  | { readonly kind: 'relative'; readonly parts: readonly string[] }
  /** Something else of the kernel's own: `\Device\HarddiskVolume1\me`, `\??\GLOBALROOT\Device\...`. */
  | { readonly kind: 'device'; readonly parts: readonly string[] };

const SEPARATORS = /[\\/]+/;
/** `\??\` of the kernel, `\\?\` and `\\.\` of programs, which may be written with `/` too: all lead to one place. */
const DOS_DEVICES = /^(?:\\\?\?\\|[\\/]{2}[?.][\\/])/;
const DRIVE = /^([A-Za-z]):(?=$|[\\/])/;
const DRIVE_RELATIVE = /^([A-Za-z]):/;
const UNC = /^UNC(?:$|[\\/])/i;
const VOLUME = /^Volume\{([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}(?=$|[\\/])/i;

/** Of a target as programs write it and as restic stores it. */
export function parseNtPath(target: string): NtPath {
  const prefix = DOS_DEVICES.exec(target)?.[0];
  if (prefix !== undefined) return parseDosDevice(target.slice(prefix.length));
  if (/^[\\/]{2}/.test(target)) return parseShare(target);
  if (/^[\\/]/.test(target)) return { kind: 'rooted', parts: split(target) };
  const drive = DRIVE.exec(target)?.[1];
  if (drive !== undefined)
    return { kind: 'drive', drive: drive.toUpperCase(), parts: split(target.slice(2)) };
  const working = DRIVE_RELATIVE.exec(target)?.[1];
  return working === undefined
    ? { kind: 'relative', parts: split(target) }
    : { kind: 'drive-relative', drive: working.toUpperCase(), parts: split(target.slice(2)) };
}

/**
 * Of a reparse point's substitute name. One that is not relative begins at the root of the kernel's names, where
 * `\Windows` is no folder of a drive.
 */
export function parseSubstituteName(name: string, relative: boolean): NtPath {
  const path = parseNtPath(name);
  return !relative && path.kind === 'rooted' ? { kind: 'device', parts: path.parts } : path;
}

/** Below `\??\`, where drives, volumes and shares have their names. */
function parseDosDevice(name: string): NtPath {
  const drive = DRIVE.exec(name)?.[1];
  if (drive !== undefined) return { kind: 'drive', drive: drive.toUpperCase(), parts: split(name.slice(2)) };
  const unc = UNC.exec(name)?.[0];
  if (unc !== undefined) return parseShare(name.slice(unc.length));
  const volume = VOLUME.exec(name);
  if (volume) {
    return { kind: 'volume', guid: volume[1]!.toLowerCase(), parts: split(name.slice(volume[0].length)) };
  }
  return { kind: 'device', parts: split(name) };
}

function parseShare(path: string): NtPath {
  const [server = '', share = '', ...parts] = split(path);
  return { kind: 'unc', server, share, parts };
}

function split(path: string): string[] {
  return path.split(SEPARATORS).filter((part) => part !== '');
}
