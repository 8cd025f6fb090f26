/** Counts what is under way, for a close() that waits for all of it. Knows nothing of what it is. */

export class InFlight {
  #count = 0;
  #whenIdle: (() => void)[] = [];

  /** Does `work` and gives what it gives. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#count++;
    try {
      return await work();
    } finally {
      if (--this.#count === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }
}
