import { describe, expect, test } from 'vitest';
import { splitShellStrings } from './shell-split.ts';

describe('splitShellStrings', () => {
  test.each<[command: string, args: string[]]>([
    ['foo bar baz', ['foo', 'bar', 'baz']],
    ['foo "bar baz" quux', ['foo', 'bar baz', 'quux']],
    ["foo 'bar baz' quux", ['foo', 'bar baz', 'quux']],
    ['foo "bar \'baz\' x" y', ['foo', "bar 'baz' x", 'y']],
    ['foo \'bar "baz" x\' y', ['foo', 'bar "baz" x', 'y']],
    ['foo \\"bar baz', ['foo', '"bar', 'baz']],
    ['a\\b', ['a', 'b']],
    ['pass show "a\\b"', ['pass', 'show', 'a\\b']],
    ['a"b"c', ['a', 'b', 'c']],
    ['  spaced\tout\n', ['spaced', 'out']],
    ['foo "" bar', ['foo', 'bar']],
  ])('splits %j as restic does', (command, args) => {
    expect(splitShellStrings(command)).toEqual(args);
  });

  test.each(["foo 'bar", 'foo "bar', '', '   ', '""'])('refuses %j', (command) => {
    expect(() => splitShellStrings(command)).toThrow(/^Password command /);
  });
});
