/**
 * Shows people what the layers below report: warnings on standard error, notes on standard output, progress as
 * one line of a terminal that erases itself. Escapes what it prints; knows nothing of what is reported.
 */

import type { Writable } from 'node:stream';
import type { OutputConfig } from '../options/config.ts';
import type { CommandReporter } from './command-reporter.ts';
import { escapeText } from './escape.ts';
import { jsonLine } from './json-output.ts';

export interface TerminalStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const PROGRESS_INTERVAL_MS = 100;
const ERASE_LINE = '\r\x1b[K';
const DEFAULT_COLUMNS = 80;

export class TerminalReporter implements CommandReporter {
  readonly #errors: TerminalStream;
  readonly #notes: TerminalStream | undefined;
  readonly #config: OutputConfig;
  readonly #now: () => number;
  #progressShown = false;
  #progressAt = Number.NEGATIVE_INFINITY;

  /** `notes` is undefined where standard output carries data and nobody is there to read notes. */
  constructor(
    streams: { readonly errors: TerminalStream; readonly notes: TerminalStream | undefined },
    config: OutputConfig,
    now: () => number = performance.now.bind(performance),
  ) {
    this.#errors = streams.errors;
    this.#notes = streams.notes;
    this.#config = config;
    this.#now = now;
  }

  warn(line: string): void {
    if (this.#config.json) this.#print(this.#errors, jsonLine({ message_type: 'warning', message: line }));
    else this.#print(this.#errors, `Warning: ${escapeText(line)}\n`);
  }

  note(line: string): void {
    this.#say(1, line);
  }

  detail(line: string): void {
    this.#say(2, line);
  }

  progress(what: string, done: number, total: number): void {
    const visible = this.#errors.isTTY && this.#config.verbosity > 0 && !this.#config.json;
    if (!visible) return;
    if (total > 0 && done >= total) {
      this.clearProgress();
      return;
    }
    const now = this.#now();
    if (now - this.#progressAt < PROGRESS_INTERVAL_MS) return;
    this.#progressAt = now;
    this.#progressShown = true;
    const text = total > 0 ? `${what}: ${done} of ${total}` : `${what}: ${done}`;
    // One column short of the edge: a full line would wrap and could not be erased.
    const columns = (this.#errors.columns || DEFAULT_COLUMNS) - 1;
    this.#errors.write(`${ERASE_LINE}${escapeText(text).slice(0, columns)}`);
  }

  clearProgress(): void {
    if (!this.#progressShown) return;
    this.#progressShown = false;
    this.#errors.write(ERASE_LINE);
  }

  // With --json standard output belongs to the events alone, as in restic.
  #say(level: number, line: string): void {
    if (!this.#notes || this.#config.json || this.#config.verbosity < level) return;
    this.#print(this.#notes, `${escapeText(line)}\n`);
  }

  #print(stream: TerminalStream, text: string): void {
    this.clearProgress();
    stream.write(text);
  }
}
