/** The entry of a folder that a link of Windows means by a name. Pure. */

import { foldedEqual } from '../links/folded-equal.ts';
import type { RenamedEntries, RenamedEntry } from './renamed-entries.ts';
import type { ShownTree } from './shown-tree.ts';

/**
 * The one that is shown with this name, else the first whose name is the same but for case. Goes through all entries
 * then: some 3 ms for 300,000.
 */
export function matchEntry({ table, renamed }: ShownTree, name: Uint8Array): RenamedEntry | undefined {
  if (renamed !== undefined) return matchRenamed(renamed, name);
  const exact = table.find(name);
  if (exact !== -1) return { table, entry: exact, name };
  for (let entry = 0; entry < table.length; entry++) {
    if (table.nameLength(entry) !== name.length) continue;
    const stored = table.name(entry);
    if (foldedEqual(stored, name)) return { table, entry, name: stored };
  }
  return undefined;
}

/** One that has the name, and is shown with another only because that one was taken, is meant before all others. */
function matchRenamed(renamed: RenamedEntries, name: Uint8Array): RenamedEntry | undefined {
  const { entries } = renamed;
  return (
    entries[renamed.find(name)] ??
    entries.find(({ table, entry }) => Buffer.compare(table.name(entry), name) === 0) ??
    entries.find((entry) => foldedEqual(entry.name, name))
  );
}
