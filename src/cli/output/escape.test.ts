import { describe, expect, test } from 'vitest';
import { decodeName, escapeText, printableName } from './escape.ts';

describe('escapeText', () => {
  test.each([
    ['plain ünïcödé 日本', 'plain ünïcödé 日本'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\x1b[2J', '\\x1b[2J'],
    ['\x07\x7f\x00', '\\x07\\x7f\\x00'],
    ['\u009b31m', '\\u009b31m'],
    ['gpj.\u202eexe', 'gpj.\\u202eexe'],
    ['back\\slash', 'back\\slash'],
    ['a\uf03ab', 'a\\uf03ab'],
  ])('shows %j without anything that acts on a terminal', (text, shown) => {
    expect(escapeText(text)).toBe(shown);
  });
});

describe('decodeName', () => {
  test.each<[bytes: number[], text: string, exact: boolean]>([
    [[0x61, 0xc3, 0xa9], 'aé', true],
    [[0x61, 0xff, 0x62], 'a\\xffb', false],
    [[0xc3], '\\xc3', false],
    [[0xe2, 0x82, 0x61], '\\xe2\\x82a', false],
    [[0xed, 0xa0, 0x80], '\\xed\\xa0\\x80', false],
    [[0xf0, 0x9f, 0x98, 0x80, 0x80], '😀\\x80', false],
    [[0xef, 0xbb, 0xbf, 0x61], '\ufeffa', true],
    [[], '', true],
  ])('decodes %j and says whether it is exact', (bytes, text, exact) => {
    expect(decodeName(Uint8Array.from(bytes))).toEqual({ text, exact });
  });
});

test('printableName escapes what decoding let through', () => {
  expect(printableName(Uint8Array.of(0x1b, 0xff))).toBe('\\x1b\\xff');
});
