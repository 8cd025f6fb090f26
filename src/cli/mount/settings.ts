/** The flags of `mount` as what the view and the driver take: numbers parsed, contradictions refused. Pure but for the platform. */

import type { NameOptions } from '../../mount/view/names/name-rule.ts';
import {
  DEFAULT_PATH_TEMPLATES,
  DEFAULT_TIME_TEMPLATE,
  validateTemplates,
} from '../../mount/view/snapshots/path-template.ts';
import { CommandError } from '../errors.ts';
import { parseChoice } from '../options/choice.ts';
import { parseDuration } from '../options/duration.ts';
import type { FilterFlags } from '../options/filter-options.ts';
import { type LinkFlags, resolveLinks } from '../options/link-options.ts';
import { type NameFlags, resolveNames } from '../options/name-options.ts';
import { DRIVER_CHOICES, type DriverSettings } from './driver-choice.ts';
import { remarksOnWindows } from './windows-remarks.ts';

export interface MountFlags extends FilterFlags, LinkFlags, NameFlags {
  readonly pathTemplate?: readonly string[];
  readonly timeTemplate?: string;
  readonly snapshotTemplate?: string;
  readonly snapshot?: string;
  readonly ownerRoot?: true;
  readonly allowOther?: true;
  readonly defaultPermissions?: boolean;
  readonly noexec?: true;
  readonly uid?: string;
  readonly gid?: string;
  readonly umask?: string;
  readonly onLockLoss?: string;
  readonly exec?: string;
  readonly idle?: string;
  readonly daemon?: true;
  readonly logFile?: string;
  readonly fsname?: string;
  readonly driver?: string;
  readonly acl?: string;
}

export interface MountSettings extends DriverSettings {
  readonly pathTemplates: readonly string[];
  readonly timeTemplate: string;
  readonly ownership: {
    readonly ownerRoot: boolean;
    readonly uid?: number;
    readonly gid?: number;
    readonly umask?: number;
  };
  readonly names: NameOptions;
  readonly allowOther: boolean;
  readonly defaultPermissions: boolean;
  readonly noExec: boolean;
  readonly onLockLoss: 'unmount' | 'continue';
  /** The command that the mount is made for, as a shell takes it. */
  readonly command: string | undefined;
  /** After how long without an access the mount ends. */
  readonly idle: Idle | undefined;
  readonly daemon: boolean;
  /** What is shown as the mounted device; by default the program's and the repository's names. */
  readonly source: string | undefined;
  /** What was given and has no effect, a line each. */
  readonly remarks: readonly string[];
}

export interface Idle {
  readonly milliseconds: number;
  /** As it was given, for people. */
  readonly text: string;
}

const SHORTEST_IDLE = 1000;
/** It is looked at ten times in that time, and no timer of Node waits longer than 2^31 ms. */
const LONGEST_IDLE = 5000 * 3_600_000;
// 2^32 - 1 is "no change" in chown(2), not an owner.
const HIGHEST_OWNER = 0xffff_fffe;

/** Throws CommandError. */
export function resolveMountSettings(
  flags: MountFlags,
  platform: NodeJS.Platform = process.platform,
): MountSettings {
  const pathTemplates = flags.pathTemplate ?? DEFAULT_PATH_TEMPLATES;
  const timeTemplate = flags.timeTemplate ?? flags.snapshotTemplate ?? DEFAULT_TIME_TEMPLATE;
  const problem = validateTemplates(pathTemplates, timeTemplate);
  if (problem) throw new CommandError(problem);
  refuseContradictions(flags);
  const { names, remark } = resolveNames(flags, platform);
  const allowOther = flags.allowOther ?? false;
  return {
    pathTemplates,
    timeTemplate,
    ownership: {
      ownerRoot: flags.ownerRoot ?? false,
      ...(flags.uid === undefined ? {} : { uid: parseOwner('--uid', flags.uid) }),
      ...(flags.gid === undefined ? {} : { gid: parseOwner('--gid', flags.gid) }),
      ...(flags.umask === undefined ? {} : { umask: parseUmask(flags.umask) }),
    },
    names,
    links: resolveLinks(flags),
    allowOther,
    noExec: flags.noexec ?? false,
    onLockLoss: parseChoice('--on-lock-loss', flags.onLockLoss ?? 'unmount', ['unmount', 'continue']),
    command: flags.exec === undefined ? undefined : parseCommand(flags.exec),
    idle: flags.idle === undefined ? undefined : parseIdle(flags.idle),
    daemon: flags.daemon ?? false,
    driver: parseChoice('--driver', flags.driver ?? 'auto', DRIVER_CHOICES),
    acl: parseChoice('--acl', flags.acl ?? 'mounter', ['mounter', 'stored']),
    source: flags.fsname === undefined ? undefined : parseSource(flags.fsname),
    // Alone on the mount, the person may read whatever the password opens, whoever owned it once (as in restic).
    defaultPermissions: allowOther && (flags.defaultPermissions ?? true),
    remarks: [...collectRemarks(flags, platform), ...(remark === undefined ? [] : [remark])],
  };
}

function refuseContradictions({ exec, daemon, idle }: MountFlags): void {
  if (exec === undefined) return;
  if (daemon) throw new CommandError('Options --daemon and --exec exclude each other, give only one');
  if (idle !== undefined) {
    throw new CommandError(
      'Options --idle and --exec exclude each other: the mount ends with the command, however long it rests',
    );
  }
}

function collectRemarks(flags: MountFlags, platform: NodeJS.Platform): string[] {
  const remarks: string[] = [];
  if (flags.snapshotTemplate !== undefined) remarks.push('Option --snapshot-template is now --time-template');
  if (flags.defaultPermissions === false && !flags.allowOther) {
    remarks.push('Option --no-default-permissions has no effect without --allow-other');
  }
  const hasTemplates = flags.pathTemplate ?? flags.timeTemplate ?? flags.snapshotTemplate;
  if (flags.snapshot !== undefined && hasTemplates !== undefined) {
    remarks.push('Templates have no effect with --snapshot: its files are at the root of the mount');
  }
  if (platform === 'win32') remarks.push(...remarksOnWindows(flags));
  else if (flags.acl !== undefined) remarks.push('Option --acl has an effect on Windows only');
  return remarks;
}

function parseOwner(option: string, text: string): number {
  const owner = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (owner <= HIGHEST_OWNER) return owner;
  throw new CommandError(
    `Invalid value "${text}" for ${option}: it takes a number from 0 to ${HIGHEST_OWNER}`,
  );
}

function parseUmask(text: string): number {
  if (/^(?:0o)?[0-7]{1,4}$/.test(text)) {
    const umask = Number.parseInt(text.replace('0o', ''), 8);
    if (umask <= 0o777) return umask;
  }
  throw new CommandError(`Invalid value "${text}" for --umask: it takes an octal number, for instance 022`);
}

function parseCommand(text: string): string {
  if (text.trim() === '') throw new CommandError('No command given: --exec takes what a shell runs');
  // Node decodes arguments: what was no UTF-8 would reach the shell as something else.
  if (text.includes('\ufffd'))
    throw new CommandError('Command for --exec is not in UTF-8: put it into a script');
  return text;
}

function parseIdle(text: string): Idle {
  const milliseconds = parseDuration(text);
  if (milliseconds >= SHORTEST_IDLE && milliseconds <= LONGEST_IDLE) return { milliseconds, text };
  throw new CommandError(`Invalid value "${text}" for --idle: it takes 1s to 5000h`);
}

/** mount(2) takes a string that ends at NUL, and lists of mounts are read line by line. */
function parseSource(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (text !== '' && !/[\u0000-\u001f\u007f]/.test(text)) return text;
  throw new CommandError('Value for --fsname must not be empty or hold control characters');
}
