/** One task that any number of callers may wait for together. Knows nothing of what it does. */

import { untilAborted } from '../../until-aborted.ts';

interface Run<Value> {
  readonly outcome: Promise<Value>;
  readonly controller: AbortController;
  waiting: number;
}

export class SharedTask<Value> {
  readonly #work: (signal: AbortSignal) => Promise<Value>;
  #run: Run<Value> | undefined;

  constructor(work: (signal: AbortSignal) => Promise<Value>) {
    this.#work = work;
  }

  /**
   * Waits for the run under way, or starts one. A caller whose signal aborts stops waiting, with the signal's
   * reason; the run itself is aborted when nobody waits for it any more, and the next caller starts another.
   */
  async join(signal: AbortSignal): Promise<Value> {
    signal.throwIfAborted();
    this.#run ??= this.#start();
    const run = this.#run;
    run.waiting++;
    try {
      return await untilAborted(run.outcome, signal);
    } finally {
      run.waiting--;
      if (run.waiting === 0 && this.#run === run) {
        this.#run = undefined;
        run.controller.abort();
      }
    }
  }

  #start(): Run<Value> {
    const controller = new AbortController();
    const outcome = this.#work(controller.signal).finally(() => {
      if (this.#run === run) this.#run = undefined;
    });
    const run: Run<Value> = { outcome, controller, waiting: 0 };
    // Whoever waits sees a failure; once nobody does, it concerns nobody.
    outcome.catch(() => undefined);
    return run;
  }
}
