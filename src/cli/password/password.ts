/** The repository's password from wherever the configuration says. Never appears in an error or a log. */

import type { Readable, Writable } from 'node:stream';
import { CommandError } from '../errors.ts';
import type { PasswordSource } from '../options/config.ts';
import { readTextFile } from '../options/text-file.ts';
import { readHandedOver } from './handed-over.ts';
import { runPasswordCommand } from './password-command.ts';
import { isPromptInput, promptPassword } from './password-prompt.ts';
import { readFirstLine } from './read-first-line.ts';

export interface PasswordStreams {
  readonly input: Readable;
  /** Where the prompt is shown: not standard output, which may carry data. */
  readonly prompt: Writable;
}

const PROMPT = 'enter password for repository: ';
const TRIES_AT_A_TERMINAL = 3;

export class PasswordReader {
  /** How often it makes sense to ask: only a person can give another answer. */
  readonly tries: number;
  readonly #source: PasswordSource;
  readonly #streams: PasswordStreams;

  constructor(source: PasswordSource, streams: PasswordStreams) {
    this.#source = source;
    this.#streams = streams;
    this.tries = source.kind === 'ask' && isPromptInput(streams.input) ? TRIES_AT_A_TERMINAL : 1;
  }

  /** Rejects with CommandError, or with `signal.reason`. Empty only where the person said that it is. */
  async read(signal: AbortSignal): Promise<string> {
    if (this.#source.kind === 'none') return '';
    const password = await this.#readSource(this.#source, signal);
    if (password === '') {
      throw new CommandError(
        'An empty password is refused: give --insecure-no-password if the repository really has none',
      );
    }
    return password;
  }

  #readSource(source: Exclude<PasswordSource, { kind: 'none' }>, signal: AbortSignal): Promise<string> {
    switch (source.kind) {
      case 'text':
        return Promise.resolve(source.text);
      case 'file':
        return readTextFile(source.path, 'Password file', signal);
      case 'command':
        return runPasswordCommand(source.command, signal);
      case 'ask':
        return this.#ask(signal);
      case 'handed':
        return readHandedOver(this.#streams.input, signal);
    }
  }

  #ask(signal: AbortSignal): Promise<string> {
    const { input, prompt } = this.#streams;
    return isPromptInput(input)
      ? promptPassword(PROMPT, input, prompt, signal)
      : readFirstLine(input, 'Password on standard input', signal);
  }
}
