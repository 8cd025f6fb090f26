import { describe, expect, test } from 'vitest';
import { foldedEqual } from './folded-equal.ts';

describe('foldedEqual', () => {
  test.each<[a: string, b: string, equal: boolean]>([
    ['', '', true],
    ['Users', 'uSERS', true],
    ['Ärger', 'äRGER', true],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος', true],
    ['Привет', 'пРИВЕТ', true],
    ['a', 'ab', false],
    ['[', '{', false],
    ['@', '`', false],
    ['0', 'P', false],
    ['é', 'e\u0301', false],
    ['ß', 'SS', false],
    ['\u212a', 'k', false],
    ['\u023a', '\u2c65', false],
    ['😀', '😁', false],
    ['x😀', 'X😀', true],
  ])('of %j and %j is %j', (a, b, equal) => {
    expect(foldedEqual(Buffer.from(a), Buffer.from(b))).toBe(equal);
    expect(foldedEqual(Buffer.from(b), Buffer.from(a))).toBe(equal);
  });

  test('compares what is no UTF-8 byte by byte', () => {
    expect(foldedEqual(Buffer.from('a\xff', 'latin1'), Buffer.from('A\xff', 'latin1'))).toBe(true);
    expect(foldedEqual(Buffer.from('a\xfe', 'latin1'), Buffer.from('A\xff', 'latin1'))).toBe(false);
  });
});
