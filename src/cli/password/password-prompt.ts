/**
 * Asks a person for a password at a terminal that does not show it. The terminal is in raw mode meanwhile, so
 * the keys that edit and interrupt are handled here; it is put back whatever happens.
 */

import type { Readable, Writable } from 'node:stream';
import { CommandError, Interrupted } from '../errors.ts';

export interface PromptInput extends Readable {
  readonly isTTY: true;
  setRawMode(raw: boolean): unknown;
}

export function isPromptInput(input: Readable): input is PromptInput {
  return 'isTTY' in input && input.isTTY === true && 'setRawMode' in input;
}

/** Rejects with Interrupted on Ctrl-C, with `signal.reason` on abort. */
export function promptPassword(
  prompt: string,
  input: PromptInput,
  output: Writable,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const line = new SecretLine();
    const settle = (outcome: () => void) => {
      input.off('data', onData).off('end', onEnd).off('error', onError);
      signal.removeEventListener('abort', onAbort);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
      outcome();
    };
    const onData = (bytes: Uint8Array) => {
      for (const [at, byte] of bytes.entries()) {
        const key = line.type(byte);
        if (key === 'more') continue;
        settle(() => (key === 'done' ? resolve(line.text()) : reject(new Interrupted('Ctrl-C'))));
        // What was typed ahead belongs to the next prompt.
        if (at + 1 < bytes.length) input.unshift(bytes.subarray(at + 1));
        return;
      }
    };
    const onEnd = () => settle(() => resolve(line.text()));
    const onError = (cause: Error) =>
      settle(() => reject(new CommandError('Password cannot be read from the terminal', { cause })));
    const onAbort = () => settle(() => reject(signal.reason));

    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    // First the mode: whoever answers the prompt at once must find it.
    input.setRawMode(true);
    output.write(prompt);
    input.on('data', onData).on('end', onEnd).on('error', onError).resume();
  });
}

const INTERRUPT = 0x03;
const END_OF_INPUT = 0x04;
const BACKSPACE = 0x08;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const ERASE_ALL = 0x15;
const DELETE = 0x7f;

/** A line as a person types it blind: bytes in, with the keys of a terminal's own line editing. Pure. */
export class SecretLine {
  #bytes: number[] = [];

  type(byte: number): 'more' | 'done' | 'interrupt' {
    switch (byte) {
      case INTERRUPT:
        return 'interrupt';
      case LINE_FEED:
      case CARRIAGE_RETURN:
      case END_OF_INPUT:
        return 'done';
      case BACKSPACE:
      case DELETE:
        this.#eraseCharacter();
        return 'more';
      case ERASE_ALL:
        this.#bytes = [];
        return 'more';
      default:
        this.#bytes.push(byte);
        return 'more';
    }
  }

  text(): string {
    return Buffer.from(this.#bytes).toString('utf8');
  }

  #eraseCharacter(): void {
    // A character's further UTF-8 bytes are 10xxxxxx.
    while (((this.#bytes.pop() ?? 0) & 0xc0) === 0x80);
  }
}
