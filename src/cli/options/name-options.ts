/** The options that say how names are shown, and what they make. Pure but for the platform. */

import type { Command } from 'commander';
import type { NameOptions } from '../../mount/view/names/name-rule.ts';
import { parseChoice } from './choice.ts';

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
  const usual = platform === 'win32' ? 'windows' : 'posix';
  const system = parseChoice('--names', flags.names ?? usual, ['posix', 'windows']);
  const backslash = parseChoice('--backslash', flags.backslash ?? 'percent', ['percent', 'private']);
  const isIdle = flags.backslash !== undefined && system === 'posix';
  return {
    // Programs there ask for decomposed names, whatever a folder lists.
    names: { system, backslash, ...(platform === 'darwin' && { anyNormalForm: true }) },
    remark: isIdle ? 'Option --backslash has no effect without --names windows' : undefined,
  };
}
