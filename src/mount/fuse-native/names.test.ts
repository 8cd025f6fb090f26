import { describe, expect, test } from 'vitest';
import { bytesOf, textOf } from './names.ts';

describe('textOf', () => {
  test.each<[name: string, expected: string]>([
    ['plain', 'plain'],
    ['Gr\xc3\xbc\xc3\x9fe', 'Grüße'],
    ['\xf0\x9f\x93\x81', '📁'],
    ['\xef\xbb\xbfmark', '\ufeffmark'],
    ['a\xff', 'a\uf0ff'],
    ['\xc3', '\uf0c3'],
    ['\xc3(', '\uf0c3('],
    ['\xe2\x82', '\uf0e2\uf082'],
    // A surrogate, and an overlong form: no UTF-8.
    ['\xed\xa0\x80', '\uf0ed\uf0a0\uf080'],
    ['\xc0\xaf', '\uf0c0\uf0af'],
    // U+F0FF itself.
    ['\xef\x83\xbf', '\uf0ef\uf083\uf0bf'],
    ['ü\xff'.replace('ü', '\xc3\xbc'), 'ü\uf0ff'],
  ])('of %j is %j', (name, expected) => {
    expect(textOf(Buffer.from(name, 'latin1'))).toBe(expected);
  });
});

describe('bytesOf', () => {
  test('gives back the name of every text, whatever its bytes', () => {
    let state = 1;
    for (let round = 0; round < 20_000; round++) {
      const bytes = Buffer.alloc(1 + (round % 12));
      for (let at = 0; at < bytes.length; at++) {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        bytes[at] = state >> 16;
      }
      const text = textOf(bytes);
      expect(Buffer.from(text).toString()).toBe(text);
      expect(Buffer.from(bytesOf(text)).equals(bytes)).toBe(true);
    }
  });

  test('makes no slash and no NUL of a private character', () => {
    const all = Array.from({ length: 0x1000 }, (_, offset) => String.fromCharCode(0xf000 + offset)).join('');
    const bytes = bytesOf(all);
    expect([0, 0x2f].some((byte) => bytes.includes(byte))).toBe(false);
  });
});
