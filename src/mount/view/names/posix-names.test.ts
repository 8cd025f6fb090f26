import { describe, expect, test } from 'vitest';
import { isPlainName, MAX_NAME_BYTES } from '../../../repo/plain-name.ts';
import { PosixNames } from './posix-names.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');
const LONG = 'x'.repeat(MAX_NAME_BYTES + 1);
const names = new PosixNames();

describe('PosixNames', () => {
  test.each([
    ['plain', 'plain'],
    ['a\xffb', 'a\xffb'],
    ['...', '...'],
    ['.x', '.x'],
    ['', '%'],
    ['.', '%'],
    ['..', '%%'],
    ['/', '%'],
    ['a/b', 'a%b'],
    ['../../etc', '..%..%etc'],
    ['a\0b\0', 'a%b%'],
    ['a\\b', 'a\\b'],
    ['C:\\x', 'C:\\x'],
    ['.\\x\\.', '.\\x\\.'],
    ['..\\etc', '..%etc'],
    ['a\\b\\..\\etc', 'a%b%..%etc'],
    ['a\\..', 'a%..'],
    ['a\\...', 'a%...'],
    ['file:stream', 'file:stream'],
    ['x'.repeat(MAX_NAME_BYTES), 'x'.repeat(MAX_NAME_BYTES)],
  ])('of %j is %j', (name, shown) => {
    expect(Buffer.from(names.shown(latin(name))).toString('latin1')).toBe(shown);
    expect(isPlainName(names.shown(latin(name)))).toBe(true);
    expect(names.takes(latin(`/${name}/`), 1, name.length + 1)).toBe(name === shown);
  });

  test('cuts a long name and tells it from others with the same start', () => {
    const shown = Buffer.from(names.shown(latin(`${LONG}1`))).toString();
    expect(shown).toMatch(/^x{1015}%[0-9a-f]{8}$/);
    expect(Buffer.from(names.shown(latin(`${LONG}2`))).toString()).not.toBe(shown);
  });

  test('cuts between characters', () => {
    const shown = Buffer.from(names.shown(Buffer.from('€'.repeat(400))));
    expect(shown.toString()).toMatch(/^€{338}%[0-9a-f]{8}$/);
  });

  test('numbers a name within the longest', () => {
    expect(Buffer.from(names.numbered(latin('a'), 2)).toString()).toBe('a%2');
    expect(names.numbered(latin('x'.repeat(MAX_NAME_BYTES)), 12)).toHaveLength(MAX_NAME_BYTES);
  });

  test('tells names apart by their bytes, and has no other way back', () => {
    expect(names.key(latin('a'))).not.toBe(names.key(latin('A')));
    expect(names.stored(latin('a\xff'))).toEqual(latin('a\xff'));
    expect(names.stored(latin('a/b'))).toBeUndefined();
  });
});
