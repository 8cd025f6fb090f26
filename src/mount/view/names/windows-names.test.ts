import { describe, expect, test } from 'vitest';
import { makeRandomBelow } from '../../../testing/random.ts';
import { WindowsNames } from './windows-names.ts';

const names = new WindowsNames();
const keeping = new WindowsNames('private');
const shown = (name: string | Uint8Array, rule = names) =>
  Buffer.from(rule.shown(Buffer.from(name))).toString();

/** Windows's own rules, written down a second time. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const REFUSED = /[\0-\x1f<>:"/\\|?*]|[. ]$|^$/;
const DEVICE = /^(con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³]|conin\$|conout\$) *(\..*)?$/is;

describe('WindowsNames', () => {
  test.each([
    ['plain.txt', 'plain.txt'],
    ['Grüße €😀', 'Grüße €😀'],
    [' .hidden', ' .hidden'],
    ['50%', '50%'],
    ['console', 'console'],
    ['com10', 'com10'],
    ['com', 'com'],
    ['null.nul', 'null.nul'],
    ['a.con', 'a.con'],
    ['\x7f', '\x7f'],
    ['\uf000\uf100', '\uf000\uf100'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('leaves %j as it is', (name, expected) => {
    expect(shown(name)).toBe(expected);
    expect(names.takes(Buffer.from(`/${name}/`), 1, Buffer.byteLength(name) + 1)).toBe(true);
  });

  test.each([
    ['a:b', 'a\uf03ab'],
    ['file:stream', 'file\uf03astream'],
    ['<>"|?*', '\uf03c\uf03e\uf022\uf07c\uf03f\uf02a'],
    ['a\tb\x01', 'a\uf009b\uf001'],
    ['end.', 'end\uf02e'],
    ['end ', 'end\uf020'],
    ['a. .', 'a\uf02e\uf020\uf02e'],
    ['...', '\uf02e\uf02e\uf02e'],
    [' ', '\uf020'],
    ['CON', 'CO\uf04e'],
    ['nul.txt', 'nu\uf06c.txt'],
    ['Aux .tar.gz', 'Au\uf078 .tar.gz'],
    ['com1', 'com\uf031'],
    ['LPT9.', 'LPT9\uf02e'],
    ['com¹', 'com\uf0c2\uf0b9'],
    ['LPT³.x', 'LPT\uf0c2\uf0b3.x'],
    ['CONIN$', 'CONIN\uf024'],
    ['conout$.log', 'conout\uf024.log'],
    ['nul:', 'nul\uf03a'],
    // What looks like a mapped character is mapped itself, byte by byte.
    ['a\uf03ab', 'a\uf0ef\uf080\uf0bab'],
    ['\uf0ff', '\uf0ef\uf083\uf0bf'],
  ])('maps %j to %j and back', (name, expected) => {
    expect(shown(name)).toBe(expected);
    expect(names.takes(Buffer.from(name), 0, Buffer.byteLength(name))).toBe(false);
    expect(names.stored(Buffer.from(expected))).toEqual(Buffer.from(name));
  });

  test.each([
    ['caf\xe9', 'caf\uf0e9'],
    ['\xff\xfe', '\uf0ff\uf0fe'],
    // Overlong, a surrogate, above U+10FFFF, cut off.
    ['\xc0\xaf', '\uf0c0\uf0af'],
    ['\xe0\x80\xaf', '\uf0e0\uf080\uf0af'],
    ['\xed\xa0\x80', '\uf0ed\uf0a0\uf080'],
    ['\xf4\x90\x80\x80', '\uf0f4\uf090\uf080\uf080'],
    ['\xf0\x9f\x98', '\uf0f0\uf09f\uf098'],
  ])('maps bytes that are no UTF-8, %j, to %j and back', (bytes, expected) => {
    const name = Buffer.from(bytes, 'latin1');
    expect(shown(name)).toBe(expected);
    expect(names.stored(Buffer.from(expected))).toEqual(name);
  });

  test.each([
    ['', '%', '%'],
    ['.', '%', '%'],
    ['..', '%%', '%%'],
    ['a/b\0', 'a%b%', 'a%b%'],
    ['a\\b', 'a%b', 'a\uf05cb'],
    ['\\', '%', '\uf05c'],
    // Nothing that maps U+F05C back, as Cygwin does, may be led up by it.
    ['..\\etc', '..%etc', '..%etc'],
    ['a\\..\\b', 'a%..%b', 'a%..%b'],
  ])('shows %j as %j, with private backslashes as %j', (name, percent, kept) => {
    expect(shown(name)).toBe(percent);
    expect(shown(name, keeping)).toBe(kept);
  });

  test('gives private backslashes back', () => {
    expect(keeping.stored(Buffer.from('a\uf05cb'))).toEqual(Buffer.from('a\\b'));
    expect(names.stored(Buffer.from('a\uf05cb'))).toBeUndefined();
  });

  test('has no stored name for what it never shows', () => {
    for (const name of ['a:b', 'nul', 'end.', 'a\uf061', 'x'.repeat(256)]) {
      expect(names.stored(Buffer.from(name)), name).toBeUndefined();
    }
  });

  test('cuts what is longer than 255 UTF-16 units, between characters, and tells it from others', () => {
    expect(shown('x'.repeat(256))).toMatch(/^x{246}%[0-9a-f]{8}$/);
    expect(shown('€'.repeat(256))).toMatch(/^€{246}%[0-9a-f]{8}$/);
    expect(shown('😀'.repeat(127))).toBe('😀'.repeat(127));
    expect(shown(`x${'😀'.repeat(200)}`)).toMatch(/^x(?:😀){122}%[0-9a-f]{8}$/u);
    expect(shown(`${'?'.repeat(256)}1`)).not.toBe(shown(`${'?'.repeat(256)}2`));
  });

  test('numbers a name within the longest', () => {
    expect(Buffer.from(names.numbered(Buffer.from('a.txt'), 2)).toString()).toBe('a.txt%2');
    expect(Buffer.from(names.numbered(Buffer.from('€'.repeat(255)), 12)).toString()).toMatch(/^€{252}%12$/);
  });

  test('gives 50,000 names of all sorts legal names, and the stored ones back', () => {
    const random = makeRandomBelow(7);
    const wrong: string[] = [];
    for (let round = 0; round < 50_000; round++) {
      const name = randomName(random);
      const rule = round % 2 === 0 ? keeping : names;
      const bytes = rule.shown(name);
      const text = Buffer.from(bytes).toString();
      const isLegal = Buffer.from(text).equals(bytes) && text.length <= 255 && !REFUSED.test(text);
      const isSame = Buffer.compare(bytes, name) === 0;
      const stored = rule.stored(bytes);
      const isBack = stored !== undefined && Buffer.compare(stored, name) === 0;
      const isRight =
        isLegal &&
        !DEVICE.test(text) &&
        rule.takes(name, 0, name.length) === isSame &&
        (isBack || isLossy(name, text));
      if (!isRight) wrong.push(`${name.toString('hex')} as ${JSON.stringify(text)}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('WindowsNames, of names that differ in case,', () => {
  test.each([
    ['readme', 'README'],
    ['straße', 'STRAßE'],
    ['éÀž', 'Éàž'],
    ['σς', 'ΣΣ'],
    ['жЯ', 'Жя'],
    ['ᾀ', 'ᾈ'],
    ['ａ', 'Ａ'],
  ])('gives %j and %j one key', (a, b) => {
    expect(names.key(Buffer.from(a))).toBe(names.key(Buffer.from(b)));
  });

  test.each([
    ['a', 'b'],
    ['ss', 'ß'],
    ['e', 'é'],
    ['i', 'İ'],
    ['𐐀', '𐐨'],
    ['[', '{'],
  ])('tells %j from %j', (a, b) => {
    expect(names.key(Buffer.from(a))).not.toBe(names.key(Buffer.from(b)));
  });
});

/** Whether a separator became `%`, or the name was cut. */
function isLossy(name: Buffer, text: string): boolean {
  const signs = (bytes: string) => bytes.split('%').length;
  return signs(text) > signs(name.toString('latin1')) || (text.length >= 254 && /%[0-9a-f]{8}$/.test(text));
}

/** Pieces that the rules are about, and bytes of any value. */
const PIECES = [
  ...['a', 'B', '.', ' ', '..', '\\', ':', '?', '%', '\x01', 'é', '€', '😀', '\uf03a', '\uf0ff', '\ufffd'],
  ...['con', 'NUL', 'com1', 'lpt³', 'aux.', 'x'.repeat(120), '%2'],
].map((piece) => Buffer.from(piece));

function randomName(random: (below: number) => number): Buffer {
  const pieces = Array.from({ length: 1 + random(6) }, () =>
    random(4) === 0 ? Buffer.of(1 + random(255)) : PIECES[random(PIECES.length)]!,
  );
  return Buffer.concat(pieces);
}
