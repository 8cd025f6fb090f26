/**
 * What mount(8) says to its helper `mount.snapmount`, as arguments of our own: so that fstab lines work. The names of
 * options are those of our flags, and those of mount(8) that need nothing done. Pure.
 */

import { withoutPassword } from '../../repo/backend/location.ts';
import { CommandError } from '../errors.ts';

/** Whether a flag (`--uid`) takes a value; undefined for a flag that is not known. */
export interface HelperFlags {
  get(flag: string): { readonly required: boolean } | undefined;
}

interface HelperCall {
  readonly spec: string;
  readonly folder: string;
  readonly options: readonly string[];
  readonly fake: boolean;
  readonly verbose: boolean;
  readonly sloppy: boolean;
}

const USAGE = 'Usage: mount.snapmount REPOSITORY FOLDER [-sfnv] [-o option[,option...]]';

/** mount(8)'s own, which concern mount(8), systemd or nothing that a read-only mount without devices could do. */
const IGNORED: ReadonlySet<string> = new Set(
  `defaults ro rw auto noauto user nouser users owner group exec suid nosuid dev nodev _netdev nofail atime noatime
  diratime nodiratime relatime norelatime strictatime nostrictatime lazytime nolazytime sync async dirsync mand nomand
  iversion noiversion silent loud`.split(/\s+/),
);
const IGNORED_PREFIX = /^(?:x-|X-|comment=|helper=|uhelper=)/;

/** `mount.snapmount`, and `mount.fuse.snapmount` for the type that lists of mounts show. */
export function isMountHelper(calledAs: string): boolean {
  return /^mount\.(?:fuse\.)?snapmount$/.test(calledAs);
}

/** Arguments for our command line; `nothing` where mount(8) only pretends (`-f`). Throws CommandError. */
export function mountHelperArguments(
  args: readonly string[],
  flags: HelperFlags,
): readonly string[] | 'nothing' {
  const call = parseCall(args);
  const translated = whatHolds(call.options).flatMap((option) => translateOption(option, call.sloppy, flags));
  if (call.fake) return 'nothing';
  return [
    'mount',
    '--daemon',
    `--repo=${call.spec}`,
    // What fstab calls it, or `mount -a` would not know it again and mount it once more.
    `--fsname=${withoutPassword(call.spec)}`,
    // As other file systems: mount(8) says nothing where all is well.
    ...(call.verbose ? ['--verbose'] : translated.includes('--verbose') ? [] : ['--quiet']),
    ...translated,
    '--',
    call.folder,
  ];
}

/** `SPEC DIR [-sfnv] [-N namespace] [-o options] [-t type]`, see mount(8), "External helpers". */
function parseCall(args: readonly string[]): HelperCall {
  const places: string[] = [];
  const options: string[] = [];
  const switches = new Set<string>();
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] ?? '';
    if (!/^-[a-zA-Z]/.test(argument)) {
      places.push(argument);
      continue;
    }
    const [, letters = '', taking, attached = ''] = /^-([sfnv]*)([otN]?)(.*)$/s.exec(argument) ?? [];
    for (const letter of letters) switches.add(letter);
    if (taking === '') {
      if (attached !== '') throw new CommandError(`Unknown option "${argument}". ${USAGE}`);
      continue;
    }
    if (taking === 'N') throw new CommandError('Mounting in another namespace (-N) is not supported');
    const value = attached === '' ? args[++at] : attached;
    if (value === undefined) throw new CommandError(`Option "${argument}" lacks its value. ${USAGE}`);
    if (taking === 'o') options.push(...splitOptions(value));
  }
  const [spec, folder] = places;
  if (spec === undefined || folder === undefined || places.length > 2) throw new CommandError(USAGE);
  const [sloppy, fake, verbose] = ['s', 'f', 'v'].map((letter) => switches.has(letter));
  return { spec, folder, options, sloppy: sloppy === true, fake: fake === true, verbose: verbose === true };
}

/** At commas that stand neither in double quotes nor behind a backslash, which are taken away, as libmount does. */
export function splitOptions(text: string): string[] {
  const options = [''];
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    const next = text[at + 1];
    if (character === '"') isQuoted = !isQuoted;
    else if (character === ',' && !isQuoted) options.push('');
    else {
      const isEscape = character === '\\' && (next === ',' || next === '\\' || next === '"');
      if (isEscape) at += 1;
      options.push(`${options.pop() ?? ''}${isEscape ? next : character}`);
    }
  }
  return options.filter((option) => option !== '');
}

/** `user` means `noexec` until an `exec` follows; nothing else of mount(8)'s that we heed can be taken back. */
function whatHolds(options: readonly string[]): readonly string[] {
  const mayRun = options.lastIndexOf('exec') > options.lastIndexOf('noexec');
  return mayRun ? options.filter((option) => option !== 'noexec') : options;
}

function translateOption(option: string, isSloppy: boolean, flags: HelperFlags): string[] {
  const split = option.indexOf('=');
  const name = split < 0 ? option : option.slice(0, split);
  if (IGNORED.has(name) || IGNORED_PREFIX.test(option)) return [];
  if (name === 'remount') {
    throw new CommandError('A mount of snapmount cannot be remounted: unmount it and mount it again');
  }
  // `allow_other`, as other file systems in user space spell it.
  const flag = `--${name.replaceAll('_', '-')}`;
  const known = flags.get(flag);
  if (known === undefined) {
    if (isSloppy) return [];
    throw new CommandError(
      `Unknown mount option "${name}": see \`snapmount mount --help\` for what there is`,
    );
  }
  if (known.required && split < 0)
    throw new CommandError(`Mount option "${name}" needs a value: ${name}=...`);
  return [split < 0 ? flag : `${flag}${option.slice(split)}`];
}
