/** The names of the folders in one folder above the snapshots, where a system does not take all of them. Pure. */

import type { NameRule } from '../names/name-rule.ts';

export class SiblingNames {
  readonly #rule: NameRule;
  readonly #shown = new Map<string, string>();
  readonly #taken = new Set<string>();
  /** The last count tried for a name, so that many that are alike don't cost the square of their number. */
  readonly #counts = new Map<string, number>();

  constructor(rule: NameRule) {
    this.#rule = rule;
  }

  /** What a part of a path is shown as, the same each time: the first that is alike keeps its name, others get `%2` ... */
  of(part: string): string {
    const known = this.#shown.get(part);
    if (known !== undefined) return known;
    const name = this.#unused(this.#rule.folderName(part));
    this.#shown.set(part, name);
    this.#taken.add(this.#keyOf(name));
    return name;
  }

  #unused(name: string): string {
    const key = this.#keyOf(name);
    if (!this.#taken.has(key)) return name;
    for (let count = (this.#counts.get(key) ?? 1) + 1; ; count++) {
      const numbered = Buffer.from(this.#rule.numbered(Buffer.from(name), count)).toString();
      if (this.#taken.has(this.#keyOf(numbered))) continue;
      this.#counts.set(key, count);
      return numbered;
    }
  }

  #keyOf(name: string): string {
    return this.#rule.key(Buffer.from(name));
  }
}
