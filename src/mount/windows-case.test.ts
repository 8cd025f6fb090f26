import { describe, expect, test } from 'vitest';
import { upperText, upperUnit } from './windows-case.ts';

describe('upperText', () => {
  test.each([
    ['readme', 'README', true],
    ['größe', 'GRÖßE', true],
    ['größe', 'GRÖSSE', false],
    ['ß', 'ẞ', false],
    ['ÿ', 'Ÿ', true],
    ['ŉ', 'ʼN', false],
    ['ﬁne', 'ﬁNE', true],
    ['ﬁne', 'FINE', false],
    ['σ', 'Σ', true],
    ['ᾳ', 'ᾼ', true],
    ['ᾀ', 'ᾈ', true],
    ['ⱥ', 'Ⱥ', true],
    ['ǆ', 'Ǆ', true],
    ['ⅷ', 'Ⅷ', true],
    ['ⓐ', 'Ⓐ', true],
    ['привет', 'ПРИВЕТ', true],
    // What Windows keeps apart, of letters that look alike.
    ['ı', 'I', false],
    ['ı', 'i', false],
    ['İ', 'i', false],
    ['ſ', 'S', false],
    ['\u212a', 'K', false],
    ['\u212b', 'Å', false],
    // Beyond what Windows takes together.
    ['µ', 'Μ', true],
    ['ς', 'Σ', true],
    // Two units are no letter.
    ['𐐨', '𐐀', false],
    ['😀', '😀', true],
    ['\ud83d', '\ud83d', true],
    ['a', 'b', false],
    ['[', '{', false],
  ])('takes %j and %j for one name: %s', (a, b, expected) => {
    expect(upperText(a) === upperText(b)).toBe(expected);
  });

  test('keeps the length, and what is in upper case', () => {
    const otherLength: number[] = [];
    const changedAgain: number[] = [];
    for (let unit = 0; unit < 0x1_0000; unit++) {
      if (upperText(`é${String.fromCharCode(unit)}`).length !== 2) otherLength.push(unit);
      if (upperUnit(upperUnit(unit)) !== upperUnit(unit)) changedAgain.push(unit);
    }
    expect({ otherLength, changedAgain }).toEqual({ otherLength: [], changedAgain: [] });
  });

  test('takes together what JavaScript puts into upper case, as long as no letter becomes two or one of ASCII', () => {
    const apart: string[] = [];
    for (let unit = 0x80; unit < 0x1_0000; unit++) {
      const upper = String.fromCharCode(unit).toUpperCase();
      if (upper.length > 1 || upper < '\x80' || upperUnit(unit) === upper.charCodeAt(0)) continue;
      apart.push(String.fromCharCode(unit));
    }
    expect(apart).toEqual([]);
  });
});
