// The contents of the benchmark's files, the same in each run: noise, which does not compress, and text, which does
// about as well as source code. Knows no files.

import { createCipheriv } from 'node:crypto';

const WORDS = 4000;

/** Returns what gives the next bytes of a stream of noise: AES in counter mode over zeros. */
export function noiseFrom(seed) {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  return (length) => cipher.update(Buffer.alloc(length));
}

/** Returns what gives the next bytes of a stream of text: made-up words, frequent and rare ones, in lines. */
export function textFrom(seed) {
  const next = numbersFrom(seed);
  const words = Array.from({ length: WORDS }, () =>
    Array.from({ length: 2 + next(9) }, () => String.fromCharCode(97 + next(26))).join(''),
  );
  return (length) => {
    let text = '';
    while (text.length < length)
      text += `${words[Math.min(next(WORDS), next(WORDS))]}${next(12) === 0 ? '\n' : ' '}`;
    return Buffer.from(text.slice(0, length), 'latin1');
  };
}

/** Returns what gives the next whole number below `range`. */
export function numbersFrom(seed) {
  let state = seed;
  return (range) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % range;
  };
}
