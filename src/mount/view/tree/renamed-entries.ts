/**
 * Entries with names that a folder can show: the slow path for trees with names that it cannot, or with one
 * name twice. An object an entry, which the rare folder that needs it can afford. Pure.
 */

import type { TreeTable } from '../../../repo/tree-table.ts';
import { byteKey, isPlainName, numberedName, printableName, shownName } from '../names.ts';

/** They take some 2 ms; the map of names takes 10 more when it grows. */
const ENTRIES_A_TURN = 2048;

export interface TableEntry {
  readonly table: TreeTable;
  readonly entry: number;
}

/** An entry of a table under the name that it is shown with. */
export interface RenamedEntry extends TableEntry {
  readonly name: Uint8Array;
}

export class RenamedEntries {
  readonly entries: readonly RenamedEntry[];
  /** How many names differ from the stored ones. */
  readonly changed: number;
  /** One of them, for a message. */
  readonly example: string;
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(
    entries: readonly RenamedEntry[],
    numbers: ReadonlyMap<string, number>,
    renamed: readonly number[],
  ) {
    this.entries = entries;
    this.#numbers = numbers;
    this.changed = renamed.length;
    this.example = renamed[0] === undefined ? '' : describe(entries[renamed[0]]!);
  }

  /** The number of the entry that is shown with this name, or -1. */
  find(name: Uint8Array): number {
    return this.#numbers.get(byteKey(name)) ?? -1;
  }
}

/**
 * Numbers follow the order given. A name that can stay as it is stays, whatever the others become. Gives others
 * their turn now and then. Rejects with nothing but `signal.reason`.
 */
export async function renameEntries(
  selected: Iterable<TableEntry>,
  signal: AbortSignal,
): Promise<RenamedEntries> {
  const entries: RenamedEntry[] = [];
  const names = new UniqueNames();
  const toRename: number[] = [];
  for (const { table, entry } of selected) {
    const number = entries.length;
    const name = table.name(entry);
    if (!isPlainName(name) || !names.take(name, number)) toRename.push(number);
    entries.push({ table, entry, name });
    if (isTurnOver(number)) await nextTurn(signal);
  }
  for (const [turn, number] of toRename.entries()) {
    const { table, entry, name } = entries[number]!;
    entries[number] = { table, entry, name: names.takeLike(shownName(name), number) };
    if (isTurnOver(turn)) await nextTurn(signal);
  }
  return new RenamedEntries(entries, names.numbers, toRename);
}

function isTurnOver(entry: number): boolean {
  return entry % ENTRIES_A_TURN === ENTRIES_A_TURN - 1;
}

async function nextTurn(signal: AbortSignal): Promise<void> {
  await new Promise((fulfil) => setImmediate(fulfil));
  signal.throwIfAborted();
}

class UniqueNames {
  readonly numbers = new Map<string, number>();
  /** The last count tried for a name, so that many equal names don't cost the square of their number. */
  readonly #counts = new Map<string, number>();

  /** False if the name is taken. */
  take(name: Uint8Array, number: number): boolean {
    const key = byteKey(name);
    if (this.numbers.has(key)) return false;
    this.numbers.set(key, number);
    return true;
  }

  /** The name itself, or the first of `%2`, `%3` ... at its end that is free. */
  takeLike(name: Uint8Array, number: number): Uint8Array {
    if (this.take(name, number)) return name;
    const key = byteKey(name);
    for (let count = (this.#counts.get(key) ?? 1) + 1; ; count++) {
      const numbered = numberedName(name, count);
      if (!this.take(numbered, number)) continue;
      this.#counts.set(key, count);
      return numbered;
    }
  }
}

function describe({ table, entry, name }: RenamedEntry): string {
  return `"${printableName(table.name(entry))}" is shown as "${printableName(name)}"`;
}
