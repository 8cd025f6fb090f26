/** How long the kernel may believe what it is told without asking again. Knows nodes, not requests. */

import { type Directory, EntryKind, type Listing } from '../../node.ts';
import type { Timeout, Validity } from '../wire/reply.ts';

/** Milliseconds. A snapshot never changes; a year is as good as for ever and far from any kernel's overflow. */
const FOR_EVER = 365 * 24 * 3600 * 1000;

/**
 * Milliseconds in folders that change. The kernel is not told what changed: such a notification waits for the folder's
 * lock, where no signal reaches it, while somebody else holds the lock and waits for us. Were this program killed then,
 * neither would ever end.
 */
const SOON = 1000;

export class Validities {
  /** For a name that is not there, in a folder that does not change. */
  readonly missing: Timeout;
  readonly #soon: Timeout;
  readonly #lasting: Validity;
  readonly #changingContent: Validity;
  readonly #passing: Validity;

  /** Nothing is believed for longer than `longest` milliseconds. */
  constructor(longest = FOR_EVER) {
    const lasting = timeout(Math.min(FOR_EVER, longest));
    const soon = timeout(Math.min(SOON, longest));
    this.missing = lasting;
    this.#soon = soon;
    this.#lasting = { entry: lasting, attributes: lasting };
    this.#changingContent = { entry: lasting, attributes: soon };
    this.#passing = { entry: soon, attributes: soon };
  }

  ofEntry(directory: Directory, listing: Listing, entry: number): Validity {
    if (directory.changes) return this.#passing;
    if (listing.kind(entry) !== EntryKind.Directory) return this.#lasting;
    const node = listing.node(entry);
    return node.kind === EntryKind.Directory && node.changes ? this.#changingContent : this.#lasting;
  }

  /** Of a directory's own attributes. `changes`: it, or what holds it, does. */
  ofDirectory(changes: boolean): Timeout {
    return changes ? this.#soon : this.#lasting.attributes;
  }
}

function timeout(milliseconds: number): Timeout {
  return {
    seconds: Math.floor(milliseconds / 1000),
    nanoseconds: Math.round((milliseconds % 1000) * 1e6),
  };
}
