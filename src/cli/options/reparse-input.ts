/** A reparse buffer as people have one: hexadecimal digits, a file, or standard input. */

import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { MAX_REPARSE_BUFFER_BYTES } from '../../reparse/reparse-buffer.ts';
import { untilAborted } from '../../until-aborted.ts';
import { CommandError } from '../errors.ts';

/** Bytes as `0c0000a0`, `0c 00 00 a0`, `0c:00:00:a0` or `0x0c, 0x00, 0x00, 0xa0`. Throws CommandError. */
export function parseHex(text: string): Uint8Array {
  const groups = text.split(/[\s,:]+/).filter((group) => group !== '');
  const wrong = groups.find((group) => !/^(?:0x)?(?:[0-9a-f]{2})+$/i.test(group));
  if (wrong !== undefined || groups.length === 0) {
    throw new CommandError(
      `Invalid value "${wrong ?? text}" for --hex: it takes bytes as pairs of hexadecimal digits`,
    );
  }
  return Buffer.from(groups.map((group) => group.replace(/^0x/i, '')).join(''), 'hex');
}

/** What `path` or, for `-`, `stdin` holds; of more than a buffer may have one byte too many. Rejects with CommandError. */
export async function readBuffer(path: string, stdin: Readable, signal: AbortSignal): Promise<Uint8Array> {
  const stream = path === '-' ? stdin : createReadStream(path);
  const what = path === '-' ? 'Standard input' : `File "${path}"`;
  try {
    return await untilAborted(collect(stream, MAX_REPARSE_BUFFER_BYTES + 1), signal);
  } catch (cause) {
    signal.throwIfAborted();
    const { code } = cause as NodeJS.ErrnoException;
    throw new CommandError(`${what} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}`, {
      cause,
    });
  } finally {
    stream.destroy();
  }
}

/** At most `limit` bytes. */
async function collect(stream: Readable, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= limit) break;
  }
  return Buffer.concat(chunks).subarray(0, limit);
}
