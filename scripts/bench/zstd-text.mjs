// A zstd frame of text, for measuring decompression alone. Needs the zstd command.

import { execFileSync } from 'node:child_process';
import { textFrom } from './data/bytes.mjs';

/** Returns { frame, bytes }: bytes is the length of the text. */
export function compressText(bytes) {
  const frame = execFileSync('zstd', ['-q', '-c', '-'], { input: textFrom(12345)(bytes) });
  return { frame: new Uint8Array(frame), bytes };
}
