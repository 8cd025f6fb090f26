/** The first line of a pipe or file, as a password is handed over by `echo ... | snapmount`. */

import { addAbortSignal, type Readable } from 'node:stream';
import { CommandError } from '../errors.ts';
import { decodeText } from '../options/text-file.ts';

const MOST_BYTES = 64 * 1024;

/**
 * Without its line end (`\n` or `\r\n`); empty where there is nothing. Closes `input`: what follows the line has
 * no reader. `what` names the line in errors.
 */
export async function readFirstLine(input: Readable, what: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  addAbortSignal(signal, input);
  let line = Buffer.alloc(0);
  try {
    for await (const chunk of input) {
      line = Buffer.concat([line, chunk]);
      if (line.includes(0x0a)) break;
      if (line.length > MOST_BYTES) throw new CommandError(`${what} is longer than 64 KiB`);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  const end = line.indexOf(0x0a);
  const text = decodeText(end < 0 ? line : line.subarray(0, end), what);
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
