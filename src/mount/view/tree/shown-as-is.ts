/** Whether a folder can show all its names as they are, where its table alone does not say. No object an entry. */

import type { TreeTable } from '../../../repo/tree-table.ts';
import { areFoldedEqual, foldedHash } from '../names/case-folding.ts';
import type { NameRule } from '../names/name-rule.ts';
import { nextTurn } from '../next-turn.ts';

/** They take some 3 ms. */
const ENTRIES_A_TURN = 8192;

/** May say no of a folder that could be. Rejects with nothing but `signal.reason`. */
export async function canShowAsIs(table: TreeTable, rule: NameRule, signal: AbortSignal): Promise<boolean> {
  if (!table.plainNames) return false;
  if (rule.takesPlainNames) return true;
  const names = rule.ignoresCase ? new FoldedNames(table.length) : undefined;
  const isFine = (heap: Uint8Array, start: number, end: number) =>
    rule.takes(heap, start, end) && (names === undefined || names.add(heap, start, end));
  for (let entry = 0; entry < table.length; entry += ENTRIES_A_TURN) {
    if (entry > 0) await nextTurn(signal);
    if (!table.everyName(entry, Math.min(entry + ENTRIES_A_TURN, table.length), isFine)) return false;
  }
  return true;
}

/** Three words a slot: hash, start and end of a name; a name never ends at 0. */
const SLOT_WORDS = 3;
/** Who chooses names could give them all one hash: then whoever asks goes the slow way, which holds up nobody. */
const MOST_STEPS = 256;

/** A set of names that takes those apart that differ in more than case. */
class FoldedNames {
  readonly #slots: Uint32Array;
  readonly #mask: number;

  constructor(names: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, names * 2)));
    this.#slots = new Uint32Array(size * SLOT_WORDS);
    this.#mask = size - 1;
  }

  /** False if there is one that differs only in case, or where that would take too long to find out. */
  add(bytes: Uint8Array, start: number, end: number): boolean {
    const slots = this.#slots;
    const hash = foldedHash(bytes, start, end);
    for (let step = 0; step < MOST_STEPS; step++) {
      const slot = ((hash + step) & this.#mask) * SLOT_WORDS;
      if (slots[slot + 2] === 0) {
        slots[slot] = hash;
        slots[slot + 1] = start;
        slots[slot + 2] = end;
        return true;
      }
      if (slots[slot] === hash && areFoldedEqual(bytes, start, end, slots[slot + 1]!, slots[slot + 2]!)) {
        return false;
      }
    }
    return false;
  }
}
