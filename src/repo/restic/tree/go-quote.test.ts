import { describe, expect, test } from 'vitest';
import { FormatError } from '../format-error.ts';
import { goUnquote } from './go-quote.ts';

function unquote(text: string | Uint8Array): string {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const surrounded = Buffer.concat([Buffer.from('07'), bytes, Buffer.from('07')]);
  return Buffer.from(goUnquote(surrounded, 2, surrounded.length - 2)).toString('latin1');
}

const { raw } = String;

describe('goUnquote', () => {
  test.each<[string, string]>([
    ['', ''],
    ['plain', 'plain'],
    [raw`\a\b\f\n\r\t\v\\\"`, '\x07\b\f\n\r\t\v\\"'],
    [raw`\000\101\377`, '\0A\xff'],
    [raw`\x00\x7f\xfF`, '\0\x7f\xff'],
    [raw`\u0041\u00e4\u20AC\ufeff`, 'A\xc3\xa4\xe2\x82\xac\xef\xbb\xbf'],
    [raw`\U0001f600\U0010ffff`, '\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf'],
    [raw`\\x41`, raw`\x41`],
    ["it's", "it's"],
    ['ä\t', '\xc3\xa4\t'],
    [raw`\xe4\xff bytes that are not UTF-8`, '\xe4\xff bytes that are not UTF-8'],
  ])('undoes %j', (quoted, expected) => {
    expect(unquote(quoted)).toBe(expected);
  });

  test('passes on bytes as they are, UTF-8 or not', () => {
    expect(unquote(Uint8Array.of(0xff, 0x80, 0xc3))).toBe('\xff\x80\xc3');
  });

  test.each([
    'a"b',
    'a\nb',
    '\\',
    raw`a\q`,
    raw`\'`,
    raw`\x4`,
    raw`\x4g`,
    raw`\x`,
    raw`\07`,
    raw`\08a`,
    raw`\400`,
    raw`\u004`,
    raw`\u004g`,
    raw`\ud800`,
    raw`\udfff`,
    raw`\U0001f60`,
    raw`\U00110000`,
    raw`\U80000000`,
    raw`\Uffffffff`,
  ])('refuses %j, as Go does', (quoted) => {
    expect(() => unquote(quoted)).toThrow(FormatError);
  });
});
