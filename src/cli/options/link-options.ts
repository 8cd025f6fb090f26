/** The options that say what links show, for `mount` and `ls`. */

import type { Command } from 'commander';
import { DEFAULT_LINKS, type LinkOptions } from '../../mount/view/links/link-options.ts';
import { parseChoice } from './choice.ts';

const POLICIES = ['stored', 'rebase', 'contain'] as const;

export interface LinkFlags {
  readonly links?: string;
  readonly folderLinks?: string;
}

export function addLinkOptions(command: Command): Command {
  return command
    .option(
      '--links <stored|rebase|contain>',
      'what links show (default: "rebase" those of Windows and Wine)',
    )
    .option('--folder-links <junction|symlink>', 'what folder links of Windows count as (default: junction)');
}

/** Throws CommandError for a value that is none. */
export function resolveLinks({ links, folderLinks = 'junction' }: LinkFlags): LinkOptions {
  return {
    policy: links === undefined ? DEFAULT_LINKS.policy : parseChoice('--links', links, POLICIES),
    folderLinks: parseChoice('--folder-links', folderLinks, ['junction', 'symlink']),
  };
}
