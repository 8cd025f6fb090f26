import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { handOver, readHandedOver } from './handed-over.ts';

const never = new AbortController().signal;

function read(text: string): Promise<string> {
  return readHandedOver(Readable.from([Buffer.from(text)]), never);
}

describe('a password that is handed over', () => {
  test.each(['secret', ' blanks ', 'of two\nlines', 'ends in\r', '"\\', '\ufeffmark', 'pässword\u2028'])(
    'arrives whole: %j',
    async (password) => {
      expect(await read(handOver(password))).toBe(password);
    },
  );

  test.each(['', '"secr', '7\n'])('is none where %j came: the message does not tell it', async (text) => {
    await expect(read(text)).rejects.toThrow(/^The process that was to hand the password over has gone$/);
  });
});
