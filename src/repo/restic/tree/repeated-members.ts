/**
 * Members that the nodes of a folder mostly have alike: type and mode, owner and group, often the times. What was read of
 * them once is taken over where the next node has the very same bytes: comparing is several times as fast as reading.
 */

import type { TreeEntry } from '../../tree-entry.ts';
import type { JsonCursor } from '../json/json-cursor.ts';

/** What members set. */
export interface NodeValues {
  readonly entry: TreeEntry;
  typeKnown: boolean;
}

/** Members that follow one another as restic writes them, by the numbers of their keys. */
export interface Run {
  /** The member before the first. */
  readonly after: number;
  readonly first: number;
  readonly last: number;
  /** Copies all that these members set. */
  readonly copy: (from: NodeValues, to: NodeValues) => void;
}

/** A run as it was read last. */
interface KnownRun extends Run {
  /** The values then. */
  readonly values: NodeValues;
  /** Where it stands in the document, from behind the value before it to behind its last; `end` is 0 for nowhere yet. */
  start: number;
  end: number;
}

export class RepeatedMembers {
  readonly #cursor: JsonCursor;
  readonly #values: NodeValues;
  /** By the member before them. */
  readonly #runs: (KnownRun | undefined)[] = [];
  /** The one that is being read member by member, from where, and which key of it must come next. */
  #reading: KnownRun | undefined;
  #start = 0;
  #next = 0;

  /** `values` are those that the cursor's nodes are read into, and `blank` makes others like them. */
  constructor(cursor: JsonCursor, values: NodeValues, runs: readonly Run[], blank: () => NodeValues) {
    this.#cursor = cursor;
    this.#values = values;
    for (const run of runs) this.#runs[run.after] = { ...run, values: blank(), start: 0, end: 0 };
  }

  /** A node begins. */
  begin(): void {
    this.#reading = undefined;
  }

  /** A member was read, or was null and set nothing. Goes over what follows it as long as that is known. */
  after(key: number, isNull: boolean): void {
    if (this.#goesOn(key, isNull)) return;
    let run = this.#runs[key];
    while (run !== undefined && run.end > 0 && this.#cursor.repeatMembers(run.start, run.end, run.last + 1)) {
      run.copy(run.values, this.#values);
      run = this.#runs[run.last];
    }
    if (run === undefined) return;
    this.#reading = run;
    this.#start = this.#cursor.offset;
    this.#next = run.first;
  }

  /** Whether the member is part of a run that is not at its end. */
  #goesOn(key: number, isNull: boolean): boolean {
    const run = this.#reading;
    if (run === undefined) return false;
    // Null leaves what an earlier member of the same name has set, which the next node may not have.
    const isNext = key === this.#next && !isNull;
    if (isNext && key < run.last) {
      this.#next++;
      return true;
    }
    this.#reading = undefined;
    if (isNext) {
      run.copy(this.#values, run.values);
      run.start = this.#start;
      run.end = this.#cursor.offset;
    }
    return false;
  }
}
