// Text that compresses about as well as source code does, as a zstd frame. Needs the zstd command.

import { execFileSync } from 'node:child_process';

/** Returns { frame, bytes }: bytes is the length of the text. */
export function compressText(bytes) {
  // A fixed sequence, so that every run measures the same.
  let state = 12345;
  const next = (range) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % range;
  };
  const words = Array.from({ length: 4000 }, () =>
    Array.from({ length: 2 + next(9) }, () => String.fromCharCode(97 + next(26))).join(''),
  );
  let text = '';
  while (text.length < bytes)
    text += `${words[Math.min(next(4000), next(4000))]}${next(12) === 0 ? '\n' : ' '}`;
  const frame = execFileSync('zstd', ['-q', '-c', '-'], { input: text.slice(0, bytes) });
  return { frame: new Uint8Array(frame), bytes };
}
