/** The options that say how names are shown, and what they make. Pure but for the platform. */

import type { Command } from 'commander';
import type { NameOptions } from '../../mount/view/names/name-rule.ts';
import { CommandError } from '../errors.ts';

export interface NameFlags {
  readonly names?: string;
  readonly backslash?: string;
}

export interface ResolvedNames {
  readonly names: NameOptions;
  /** What was given and has no effect, as a line. */
  readonly remark: string | undefined;
}

export function addNameOptions(command: Command): Command {
  return command
    .option('--names <posix|windows>', 'show names as these systems take them (default: as this one does)')
    .option(
      '--backslash <percent|private>',
      'with --names windows: a "\\" in a name is shown as % (the default) or as U+F05C',
    );
}

/** Throws CommandError. */
export function resolveNames(flags: NameFlags, platform: NodeJS.Platform = process.platform): ResolvedNames {
  const system = parseSystem(flags.names ?? (platform === 'win32' ? 'windows' : 'posix'));
  const backslash = parseBackslash(flags.backslash ?? 'percent');
  const isIdle = flags.backslash !== undefined && system === 'posix';
  return {
    names: { system, backslash },
    remark: isIdle ? 'Option --backslash has no effect without --names windows' : undefined,
  };
}

function parseSystem(text: string): NameOptions['system'] {
  if (text === 'posix' || text === 'windows') return text;
  throw new CommandError(`Value "${text}" for --names is unknown: give "posix" or "windows"`);
}

function parseBackslash(text: string): NameOptions['backslash'] {
  if (text === 'percent' || text === 'private') return text;
  throw new CommandError(`Value "${text}" for --backslash is unknown: give "percent" or "private"`);
}
