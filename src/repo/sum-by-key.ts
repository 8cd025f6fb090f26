/** A sum of numbers that are taken out again by the keys under which they were put in. */

export class SumByKey {
  readonly #parts = new Map<string, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** What was there under this key counts no longer. */
  set(key: string, part: number): void {
    this.delete(key);
    this.#parts.set(key, part);
    this.#total += part;
  }

  delete(key: string): void {
    const part = this.#parts.get(key);
    if (part === undefined) return;
    this.#parts.delete(key);
    this.#total -= part;
  }
}
