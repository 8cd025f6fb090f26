/** `snapmount locks`: who holds the repository, and which locks nobody holds any more. */

import type { Command } from 'commander';
import type { CommandContext, CreateContext } from '../context.ts';
import { readLocation } from '../options/repository-location.ts';
import { jsonLine } from '../output/json-output.ts';
import { lockObject, lockTable } from '../output/lock-format.ts';
import { withLocks } from '../with-repository.ts';

export function addLocksCommand(program: Command, createContext: CreateContext): void {
  const command = program
    .command('locks')
    .description('list the locks, oldest first, and say which are stale')
    .addHelpText(
      'after',
      `
A lock is stale when it is older than 30 minutes, or when it was made on this host by a process that has ended.
\`unlock\` removes those. No lock is taken to list them.

Examples:
  snapmount -r /srv/repo locks
  snapmount -r /srv/repo locks --json | jq -r 'select(.stale) | .id'`,
    )
    .action(() => printLocks(createContext(command, 'data')));
}

async function printLocks(context: CommandContext): Promise<void> {
  const location = await readLocation(context.config.location, context.stop.first);
  await withLocks(context, location, async (locks, signal) => {
    const listed = await locks.list(signal);
    const none = listed.length === 0 ? 'No locks\n' : undefined;
    const text = context.json
      ? listed.map((lock) => jsonLine(lockObject(lock))).join('')
      : (none ?? lockTable(listed, Date.now()));
    await context.output.write([Buffer.from(text)], signal);
  });
}
