/** The options that say what links show, for `mount` and `ls`. */

import type { Command } from 'commander';
import { DEFAULT_LINKS, type LinkOptions, type LinkPolicy } from '../../mount/view/links/link-options.ts';
import { CommandError } from '../errors.ts';

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
    policy: links === undefined ? DEFAULT_LINKS.policy : parsePolicy(links),
    folderLinks: parseFolderLinks(folderLinks),
  };
}

function parsePolicy(text: string): LinkPolicy {
  if (text === 'stored' || text === 'rebase' || text === 'contain') return text;
  throw new CommandError(`Value "${text}" for --links is unknown: give "stored", "rebase" or "contain"`);
}

function parseFolderLinks(text: string): LinkOptions['folderLinks'] {
  if (text === 'junction' || text === 'symlink') return text;
  throw new CommandError(`Value "${text}" for --folder-links is unknown: give "junction" or "symlink"`);
}
