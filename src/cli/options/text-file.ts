/**
 * Small files that people write with any editor: a password, a repository's location. Their byte order mark
 * decides between UTF-8 and UTF-16, and white space around the text does not belong to it.
 */

import { readFile } from 'node:fs/promises';
import { untilAborted } from '../../until-aborted.ts';
import { CommandError } from '../errors.ts';

// Go's strings.TrimSpace (Unicode White_Space), which restic applies: unlike String.trim it knows U+0085 and
// leaves U+FEFF alone. A password must come out the same to the last character.
const SPACE = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const SURROUNDING_SPACE = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g');

/** `what` names the file's role in errors, for instance `Password file`. */
export async function readTextFile(path: string, what: string, signal: AbortSignal): Promise<string> {
  // A fifo that nobody writes to keeps readFile from hearing of the signal.
  const bytes = await untilAborted(readFile(path, { signal }), signal).catch(
    (cause: NodeJS.ErrnoException) => {
      signal.throwIfAborted();
      const problem = cause.code === 'ENOENT' ? 'does not exist' : `cannot be read (${cause.code})`;
      throw new CommandError(`${what} "${path}" ${problem}`, { cause });
    },
  );
  return trimSpace(decodeText(bytes, `${what} "${path}"`));
}

export function decodeText(bytes: Uint8Array, what: string): string {
  const encoding = startsWith(bytes, 0xff, 0xfe)
    ? 'utf-16le'
    : startsWith(bytes, 0xfe, 0xff)
      ? 'utf-16be'
      : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: encoding === 'utf-8' }).decode(bytes);
  } catch (cause) {
    throw new CommandError(`${what} is neither UTF-8 nor UTF-16 with a byte order mark`, { cause });
  }
}

export function trimSpace(text: string): string {
  return text.replace(SURROUNDING_SPACE, '');
}

function startsWith(bytes: Uint8Array, ...mark: readonly number[]): boolean {
  return mark.every((byte, at) => bytes[at] === byte);
}
