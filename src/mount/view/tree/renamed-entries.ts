/**
 * Entries with names that a folder can show: the slow path for trees with names that it cannot, or with one
 * name twice. An object an entry, which the rare folder that needs it can afford. Pure.
 */

import type { TreeTable } from '../../../repo/tree-table.ts';
import type { NameRule } from '../names/name-rule.ts';
import { printableName } from '../names/name-text.ts';
import { nextTurn } from '../next-turn.ts';

/** They take some 2 ms; the map of names takes 10 more when it grows. */
const ENTRIES_A_TURN = 2048;
const MOST_EXAMPLES = 3;

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
  /** The first of them, for a message. */
  readonly examples: readonly string[];
  readonly #names: UniqueNames;

  constructor(entries: readonly RenamedEntry[], names: UniqueNames, renamed: readonly number[]) {
    this.entries = entries;
    this.#names = names;
    this.changed = renamed.length;
    this.examples = renamed.slice(0, MOST_EXAMPLES).map((number) => describe(entries[number]!));
  }

  /** The number of the entry that is shown with this name, or -1. */
  find(name: Uint8Array): number {
    const number = this.#names.numberOf(name);
    return number !== -1 && Buffer.compare(this.entries[number]!.name, name) === 0 ? number : -1;
  }
}

/**
 * Numbers follow the order given. A name that can stay as it is stays, whatever the others become. Gives others
 * their turn now and then. Rejects with nothing but `signal.reason`.
 */
export async function renameEntries(
  selected: Iterable<TableEntry>,
  rule: NameRule,
  signal: AbortSignal,
): Promise<RenamedEntries> {
  const entries: RenamedEntry[] = [];
  const names = new UniqueNames(rule);
  const toRename: number[] = [];
  for (const { table, entry } of selected) {
    const number = entries.length;
    const name = table.name(entry);
    if (!rule.takes(name, 0, name.length) || !names.take(name, number)) toRename.push(number);
    entries.push({ table, entry, name });
    if (isTurnOver(number)) await nextTurn(signal);
  }
  for (const [turn, number] of toRename.entries()) {
    const { table, entry, name } = entries[number]!;
    entries[number] = { table, entry, name: names.takeLike(rule.shown(name), number) };
    if (isTurnOver(turn)) await nextTurn(signal);
  }
  return new RenamedEntries(entries, names, toRename);
}

function isTurnOver(entry: number): boolean {
  return entry % ENTRIES_A_TURN === ENTRIES_A_TURN - 1;
}

class UniqueNames {
  readonly #rule: NameRule;
  readonly #numbers = new Map<string, number>();
  /** The last count tried for a name, so that many equal names don't cost the square of their number. */
  readonly #counts = new Map<string, number>();

  constructor(rule: NameRule) {
    this.#rule = rule;
  }

  /** Of the name that took what this one would take, or -1. */
  numberOf(name: Uint8Array): number {
    return this.#numbers.get(this.#rule.key(name)) ?? -1;
  }

  /** False if the name is taken. */
  take(name: Uint8Array, number: number): boolean {
    const key = this.#rule.key(name);
    if (this.#numbers.has(key)) return false;
    this.#numbers.set(key, number);
    return true;
  }

  /** The name itself, or the first of `%2`, `%3` ... at its end that is free. */
  takeLike(name: Uint8Array, number: number): Uint8Array {
    if (this.take(name, number)) return name;
    const key = this.#rule.key(name);
    for (let count = (this.#counts.get(key) ?? 1) + 1; ; count++) {
      const numbered = this.#rule.numbered(name, count);
      if (!this.take(numbered, number)) continue;
      this.#counts.set(key, count);
      return numbered;
    }
  }
}

function describe({ table, entry, name }: RenamedEntry): string {
  return `"${printableName(table.name(entry))}" is "${printableName(name)}"`;
}
