import { describe, expect, test } from 'vitest';
import { decodeBase64 } from './base64.ts';

function decode(text: string): Uint8Array | undefined {
  const bytes = new TextEncoder().encode(`A${text}A`);
  return decodeBase64(bytes, 1, bytes.length - 1);
}

describe('decodeBase64', () => {
  test('undoes what Buffer encodes, at every length', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 149 + length * 31) & 0xff);
      expect(decode(Buffer.from(bytes).toString('base64'))).toEqual(bytes);
    }
  });

  test.each([
    'A',
    'AA',
    'AAA',
    '=',
    '==',
    '====',
    'A===',
    'AA=A',
    'AAA*',
    'AA==AA==',
    'AA A',
    'AA\n=',
    '-_AA',
    'AÄA',
  ])('refuses %j', (text) => {
    expect(decode(text)).toBeUndefined();
  });
});
