/**
 * A file to which a mount adds what it says, a line each with its time: for mounts that nobody watches. What cannot be
 * written is lost, never waited for: the mount goes on.
 */

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Reporter } from '../../../report.ts';
import { untilAborted } from '../../../until-aborted.ts';
import type { CommandContext } from '../../context.ts';
import { asInterruption, CommandError } from '../../errors.ts';
import { ReporterPair } from '../../output/command-reporter.ts';
import { escapeText } from '../../output/escape.ts';
import { errorLine } from '../../output/print-error.ts';

/** Each line lands at the end, whoever else writes there. A fifo without a reader is an error, not a wait. */
export const LOG_FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
/** Names of what is in the backups are for nobody but who mounts. */
export const LOG_MODE = 0o600;
/** A disk that no longer answers gets this many bytes to keep, and not more. */
const MOST_UNWRITTEN = 1024 * 1024;
const LAST_LINES_MS = 1000;

/** Runs `work` with a context whose reporter writes to the file, too, if one is given; so does its failure. */
export async function withLogFile(
  path: string | undefined,
  context: CommandContext,
  work: (context: CommandContext) => Promise<void>,
): Promise<void> {
  if (path === undefined) return work(context);
  const log = await LogFile.open(path);
  try {
    await work({ ...context, reporter: new ReporterPair(context.reporter, log) });
  } catch (error) {
    log.fail(errorLine(asInterruption(error, context.stop.first)));
    throw error;
  } finally {
    await log.close();
  }
}

export class LogFile implements Reporter {
  readonly #file: FileHandle;
  readonly #now: () => Date;
  #last: Promise<void> = Promise.resolve();
  #unwritten = 0;

  private constructor(file: FileHandle, now: () => Date) {
    this.#file = file;
    this.#now = now;
  }

  /** Rejects with CommandError. */
  static async open(path: string, now: () => Date = () => new Date()): Promise<LogFile> {
    try {
      return new LogFile(await open(path, LOG_FLAGS, LOG_MODE), now);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      throw new CommandError(`Log file "${path}" cannot be written (${code})`, { cause });
    }
  }

  warn(line: string): void {
    this.#add('warning', line);
  }

  note(line: string): void {
    this.#add('note', line);
  }

  detail(line: string): void {
    this.#add('detail', line);
  }

  progress(): void {}

  /** The last line of a run that failed. */
  fail(line: string): void {
    this.#add('error', line);
  }

  /** Resolves when all is written, or after `longestWait` milliseconds. */
  async close(longestWait = LAST_LINES_MS): Promise<void> {
    const closed = this.#last.then(() => this.#file.close());
    await untilAborted(closed, AbortSignal.timeout(longestWait)).catch(() => {});
  }

  #add(kind: string, line: string): void {
    const text = `${this.#now().toISOString()} [${process.pid}] ${kind}: ${escapeText(line)}\n`;
    if (this.#unwritten + text.length > MOST_UNWRITTEN) return;
    this.#unwritten += text.length;
    this.#last = this.#last.then(() => this.#write(text));
  }

  async #write(text: string): Promise<void> {
    // A disk that is full now may have room for the next line.
    await this.#file.write(text).catch(() => {});
    this.#unwritten -= text.length;
  }
}
