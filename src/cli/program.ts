/** The program as commander knows it: its commands, the options they share, help. Runs nothing by itself. */

import { Command } from 'commander';
import { addCatCommand } from './commands/cat.ts';
import { addLocksCommand } from './commands/locks.ts';
import { addLsCommand } from './commands/ls.ts';
import { addMountCommand } from './commands/mount.ts';
import { addReparseCommand } from './commands/reparse.ts';
import { addSnapshotsCommand } from './commands/snapshots.ts';
import { addUmountCommand } from './commands/umount.ts';
import { addUnlockCommand } from './commands/unlock.ts';
import { addVersionCommand } from './commands/version.ts';
import type { CreateContext } from './context.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { ENVIRONMENT_HELP } from './options/environment.ts';
import { addGlobalOptions } from './options/global-options.ts';
import { versionText } from './version.ts';

export interface ProgramOutput {
  readonly writeOut: (text: string) => void;
  readonly writeErr: (text: string) => void;
}

/** Parsing it rejects with CommanderError instead of ending the process. */
export function buildProgram(createContext: CreateContext, output: ProgramOutput): Command {
  const program = new Command('snapmount')
    .description('Mount restic repositories read-only and browse every snapshot')
    .version(versionText(), '--version', 'print the version')
    .exitOverride()
    // The last line of a failed command is printed in one place, and errors of usage are no different.
    .configureOutput({ ...output, outputError: () => {} })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('afterAll', `${ENVIRONMENT_HELP}\n${EXIT_CODES_HELP}\n`);
  addGlobalOptions(program);
  addMountCommand(program, createContext);
  addUmountCommand(program, createContext);
  addSnapshotsCommand(program, createContext);
  addLsCommand(program, createContext);
  addCatCommand(program, createContext);
  addLocksCommand(program, createContext);
  addUnlockCommand(program, createContext);
  addReparseCommand(program, createContext);
  addVersionCommand(program, output.writeOut);
  return program;
}
