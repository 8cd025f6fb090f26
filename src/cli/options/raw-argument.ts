/**
 * Paths from the command line as the bytes that were typed. Node decodes arguments as UTF-8 and loses what is
 * none, but a backup may hold such names.
 */

import { readFile } from 'node:fs/promises';

const DASH = 0x2d;
const EQUALS = 0x3d;
const REPLACEMENT = '\ufffd';

/** The bytes of `text`, one of this process's arguments or the value of one (`--option=text`). */
export async function argumentBytes(text: string): Promise<Uint8Array> {
  if (!text.includes(REPLACEMENT)) return Buffer.from(text);
  return findRawArgument(await readCommandLine(), text) ?? Buffer.from(text);
}

/** `commandLine` holds the arguments, each ended by NUL. Pure. */
export function findRawArgument(commandLine: Uint8Array, text: string): Uint8Array | undefined {
  const bytes = Buffer.from(commandLine.buffer, commandLine.byteOffset, commandLine.length);
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start);
    const argument = bytes.subarray(start, end < 0 ? bytes.length : end);
    const value = argument.subarray(argument.indexOf(EQUALS) + 1);
    if (argument.toString('utf8') === text) return argument;
    if (argument[0] === DASH && value.toString('utf8') === text) return value;
    start += argument.length + 1;
  }
  return undefined;
}

/** Empty where the system does not say (anything but Linux): then names are UTF-8 as far as we can know. */
function readCommandLine(): Promise<Uint8Array> {
  return readFile('/proc/self/cmdline').catch(() => Buffer.alloc(0));
}
