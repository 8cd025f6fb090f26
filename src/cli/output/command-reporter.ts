/** What commands report to: people at a terminal, and perhaps others beside them. Knows neither. */

import type { Reporter } from '../../report.ts';

export interface CommandReporter extends Reporter {
  /** To be called before anything else is written to the terminal, and at the end. */
  clearProgress(): void;
}

/** Tells `reporter` what it is told, and `beside` as well. */
export class ReporterPair implements CommandReporter {
  readonly #reporter: CommandReporter;
  readonly #beside: Reporter;

  constructor(reporter: CommandReporter, beside: Reporter) {
    this.#reporter = reporter;
    this.#beside = beside;
  }

  warn(line: string): void {
    this.#reporter.warn(line);
    this.#beside.warn(line);
  }

  note(line: string): void {
    this.#reporter.note(line);
    this.#beside.note(line);
  }

  detail(line: string): void {
    this.#reporter.detail(line);
    this.#beside.detail(line);
  }

  progress(what: string, done: number, total: number): void {
    this.#reporter.progress(what, done, total);
    this.#beside.progress(what, done, total);
  }

  clearProgress(): void {
    this.#reporter.clearProgress();
  }
}
