/** `snapmount unlock`: removes the locks that nobody holds any more, or all of them. */

import type { Command } from 'commander';
import type { ListedLock, LockList } from '../../repo/restic/lock/lock-list.ts';
import type { CommandContext, CreateContext } from '../context.ts';
import { readLocation } from '../options/repository-location.ts';
import { escapeText } from '../output/escape.ts';
import { jsonLine } from '../output/json-output.ts';
import { lockObject, lockText } from '../output/lock-format.ts';
import { withLocks } from '../with-repository.ts';

interface UnlockFlags {
  readonly removeAll?: true;
}

export function addUnlockCommand(program: Command, createContext: CreateContext): void {
  const command = program
    .command('unlock')
    .description('remove stale locks')
    .option('--remove-all', 'remove all locks, also those of processes that are at work')
    .addHelpText(
      'after',
      `
A lock is stale when it is older than 30 minutes, or when it was made on this host by a process that has ended.
With --remove-all whoever holds a lock loses it: a mount then ends with exit code 13, and a backup may be damaged
by what runs beside it.

Examples:
  snapmount -r /srv/repo unlock
  snapmount -r /srv/repo unlock --remove-all`,
    )
    .action((flags: UnlockFlags) => unlock(flags.removeAll ?? false, createContext(command, 'data')));
}

async function unlock(removeAll: boolean, context: CommandContext): Promise<void> {
  const location = await readLocation(context.config.location, context.stop.first);
  await withLocks(context, location, async (locks, signal) => {
    const listed = await locks.list(signal);
    const chosen = listed.filter(({ state }) => removeAll || state === 'stale');
    const stay = listed.filter((lock) => !chosen.includes(lock));
    const failures = await removeEach(locks, chosen, context, signal);
    const end = context.json ? objects(stay, false) : closingLines(chosen.length, stay, removeAll);
    if (end !== '') await context.output.write([Buffer.from(end)], signal);
    if (failures.length > 0) throw failures[0];
  });
}

/** Says each removal as soon as it is done. What fails does not hold up the others, and is returned. */
async function removeEach(
  locks: LockList,
  chosen: readonly ListedLock[],
  { json, output }: CommandContext,
  signal: AbortSignal,
): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const lock of chosen) {
    try {
      await locks.remove(lock.id, signal);
    } catch (error) {
      signal.throwIfAborted();
      failures.push(error);
      continue;
    }
    const text = json ? objects([lock], true) : `Removed ${escapeText(lockText(lock, Date.now()))}\n`;
    await output.write([Buffer.from(text)], signal);
  }
  return failures;
}

function objects(locks: readonly ListedLock[], removed: boolean): string {
  return locks.map((lock) => jsonLine({ ...lockObject(lock), removed })).join('');
}

/** What stays, and that there was nothing to do where there was nothing. */
export function closingLines(chosen: number, stay: readonly ListedLock[], removeAll: boolean): string {
  const live = stay.filter(({ state }) => state === 'live').length;
  const unreadable = stay.length - live;
  const lines = [
    ...(chosen > 0 ? [] : [removeAll ? 'No locks' : 'No stale locks']),
    ...(live === 0 ? [] : [live === 1 ? '1 live lock stays' : `${live} live locks stay`]),
    ...(unreadable === 0
      ? []
      : [`Locks that cannot be read: ${unreadable}; 'snapmount unlock --remove-all' removes all locks`]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
